"""The accounts app: who there is."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """People and their roles."""

    name = "identity_provider.accounts"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Listen for deleted accounts, and register the checks."""
        from . import checks, deletion  # noqa: F401  models are there only now
