"""The flows app."""

from django.apps import AppConfig

from ..revocations import beside


class FlowsConfig(AppConfig):
    """Sign-in in several steps and account management, with django-allauth."""

    name = "identity_provider.flows"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Connect the signals, and the deletion of expired rows."""
        from . import signals  # noqa: F401  models are there only now
        from .cleaning import run

        beside.workers.append(run)
