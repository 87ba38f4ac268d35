"""The Django app: with ``vf_django`` in ``INSTALLED_APPS``, Django runs its system checks."""

from django.apps import AppConfig, apps


class EdgeIdentityConfig(AppConfig):
    """The app that registers the system checks, and the edge's authentication with drf-spectacular."""

    name = "vf_django"
    verbose_name = "Edge identity"

    def ready(self) -> None:
        """Import the checks and the drf-spectacular extension, which register themselves. Django calls this once at
        start.
        """
        from . import checks  # noqa: F401

        if apps.is_installed("drf_spectacular"):
            from . import openapi_authentication  # noqa: F401
