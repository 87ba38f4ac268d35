"""The events app."""

from django.apps import AppConfig

from .. import audit
from ..cleaning.tasks import tasks


class EventsConfig(AppConfig):
    """The events of each account. They are stored from the same place that writes the audit log."""

    name = "identity_provider.events"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Store what the audit log records, and register the cleaning. Django calls this once at start."""
        from .services import delete_old_events, store

        audit.also_to(store)
        tasks["events"] = delete_old_events
