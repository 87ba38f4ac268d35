"""The cleaning app."""

from django.apps import AppConfig

from ..revocations import beside
from .tasks import run


class CleaningConfig(AppConfig):
    """Deletion of old data, beside the relay and by ``manage.py clean_up``."""

    name = "identity_provider.cleaning"

    def ready(self) -> None:
        """Add the work to the relay's process."""
        beside.workers.append(run)
