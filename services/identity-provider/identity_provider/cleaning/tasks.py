"""Deletion of what nothing needs any more: expired flows, ended sessions, old events, closed accounts."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime

import structlog
from django.db import DatabaseError, InterfaceError, close_old_connections, connections

INTERVAL = 300.0
"""Seconds between two deletions."""

tasks: dict[str, Callable[..., object]] = {}
"""Functions that delete, by the name of what they delete. Each gets the time as ``now``. An app adds its own when it is
ready, so that this package knows none.
"""

log = structlog.get_logger(__name__)


def clean_up(*, now: datetime) -> None:
    """Run every task once."""
    for task in tasks.values():
        task(now=now)


def run(stopping: threading.Event) -> None:
    """Clean up until ``stopping`` is set. If the database fails, the next time does it."""
    while True:
        try:
            close_old_connections()
            clean_up(now=datetime.now(UTC))
        except (DatabaseError, InterfaceError) as error:
            log.warning("cleaning_delayed", error=type(error).__name__)
        connections.close_all()
        if stopping.wait(INTERVAL):
            return
