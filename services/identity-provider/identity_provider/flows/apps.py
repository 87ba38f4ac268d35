"""The flows app."""

from django.apps import AppConfig

from ..cleaning.tasks import tasks


class FlowsConfig(AppConfig):
    """Sign-in in several steps and account management, with django-allauth."""

    name = "identity_provider.flows"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Connect the signals, and the deletion of expired rows."""
        from . import signals  # noqa: F401  models are there only now
        from .state import SessionStore

        tasks["flows"] = SessionStore.delete_expired
