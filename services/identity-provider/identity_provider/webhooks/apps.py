"""The webhooks app."""

from django.apps import AppConfig
from django.conf import settings


class WebhooksConfig(AppConfig):
    """Sends stored events to ``VF_EVENTS_WEBHOOK_URL``, from the relay's process."""

    name = "identity_provider.webhooks"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Keep a delivery with each event, if there is a receiver, and send them beside the relay."""
        from ..events import services as events
        from ..revocations import beside
        from .sender import run
        from .services import enqueue

        if settings.VF_IDENTITY.webhook.url:
            events.stored_with.append(enqueue)
            beside.workers.append(run)
