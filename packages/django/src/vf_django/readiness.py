"""Readiness checks. ``settings.VF_READINESS`` maps each check's name to its dotted path."""

from collections.abc import Callable, Iterable

from django.conf import settings
from django.db import DatabaseError, InterfaceError, connections
from django.utils.module_loading import import_string

DEFAULT_CHECKS = ("vf_django.readiness.database",)

Check = Callable[[], str | None]
"""A function that returns None on success, else what is missing in a few words."""


def missing() -> dict[str, str]:
    """Return the failing checks: name and what is missing."""
    return {name: reason for name, check in _checks() if (reason := check())}


def database() -> str | None:
    """Check that the databases answer a query."""
    for alias in connections:
        try:
            with connections[alias].cursor() as cursor:
                cursor.execute("SELECT 1")
        except (DatabaseError, InterfaceError) as error:
            # A broken connection must not outlive the outage. Django closes those of requests in the same way.
            connections[alias].close()
            return f"database {alias!r} doesn't respond ({type(error).__name__})"
    return None


def _checks() -> Iterable[tuple[str, Check]]:
    for path in getattr(settings, "VF_READINESS", DEFAULT_CHECKS):
        yield path.rpartition(".")[2], import_string(path)
