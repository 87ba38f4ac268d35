"""Can this process serve? Each check is named in ``settings.VF_READINESS`` by its dotted path."""

from collections.abc import Callable, Iterable

from django.conf import settings
from django.db import DatabaseError, InterfaceError, connections
from django.utils.module_loading import import_string

DEFAULT_CHECKS = ("vf_django.readiness.database",)

Check = Callable[[], str | None]
"""Returns None when all is well, or what is missing in a few words."""


def missing() -> dict[str, str]:
    """What each failing check misses, by the check's name."""
    return {name: reason for name, check in _checks() if (reason := check())}


def database() -> str | None:
    """The databases answer a query."""
    for alias in connections:
        try:
            with connections[alias].cursor() as cursor:
                cursor.execute("SELECT 1")
        except (DatabaseError, InterfaceError) as error:
            # An unusable connection must not outlive the outage; requests close theirs in the same way.
            connections[alias].close()
            return f"database {alias!r} does not answer ({type(error).__name__})"
    return None


def _checks() -> Iterable[tuple[str, Check]]:
    for path in getattr(settings, "VF_READINESS", DEFAULT_CHECKS):
        yield path.rpartition(".")[2], import_string(path)
