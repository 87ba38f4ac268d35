"""The Django app: put ``vf_django`` in ``INSTALLED_APPS`` and its system checks run."""

from django.apps import AppConfig, apps


class EdgeIdentityConfig(AppConfig):
    """Registers the system checks, and the edge's authentication with drf-spectacular."""

    name = "vf_django"
    verbose_name = "Edge identity"

    def ready(self) -> None:
        """Import the checks, and what drf-spectacular finds by its class; Django calls this once at start."""
        from . import checks  # noqa: F401

        if apps.is_installed("drf_spectacular"):
            from . import openapi_authentication  # noqa: F401
