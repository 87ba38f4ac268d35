"""The accounts app."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Users and their roles."""

    name = "identity_provider.accounts"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Connect the signal for deleted accounts, and register the checks."""
        from . import checks, deletion  # noqa: F401  models are there only now
