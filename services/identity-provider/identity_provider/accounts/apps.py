"""The accounts app."""

from django.apps import AppConfig

from ..cleaning.tasks import tasks


class AccountsConfig(AppConfig):
    """Users and their roles."""

    name = "identity_provider.accounts"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Connect the signal for deleted accounts, and register the checks and the cleaning."""
        from . import checks, deletion  # noqa: F401  models are there only now
        from .services import delete_closed_accounts

        tasks["closed accounts"] = delete_closed_accounts
