"""The Django app: put ``vf_django`` in ``INSTALLED_APPS`` and its system checks run."""

from django.apps import AppConfig


class EdgeIdentityConfig(AppConfig):
    """Registers the system checks."""

    name = "vf_django"
    verbose_name = "Edge identity"

    def ready(self) -> None:
        """Import the checks; Django calls this once at start."""
        from . import checks  # noqa: F401
