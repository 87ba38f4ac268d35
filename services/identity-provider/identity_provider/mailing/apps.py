"""The mailing app."""

from django.apps import AppConfig

from ..revocations import beside


class MailingConfig(AppConfig):
    """The outbox of emails and the loop that sends them."""

    name = "identity_provider.mailing"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Send mails beside the relay."""
        from .sender import run

        beside.workers.append(run)
