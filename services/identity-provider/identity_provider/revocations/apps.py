"""The revocations app."""

from django.apps import AppConfig

from ..cleaning.tasks import tasks


class RevocationsConfig(AppConfig):
    """The outbox and its publisher."""

    name = "identity_provider.revocations"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the cleaning."""
        from .services import delete_expired_revocations  # models are there only now

        tasks["revocations"] = delete_expired_revocations
