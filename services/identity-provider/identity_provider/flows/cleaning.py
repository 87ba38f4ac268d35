"""The loop that deletes expired flows and closed accounts."""

import threading
from datetime import UTC, datetime

import structlog
from django.db import DatabaseError, InterfaceError, close_old_connections, connections

from ..accounts.services import delete_closed_accounts
from .state import SessionStore

INTERVAL = 300.0
"""Seconds between two deletions."""

log = structlog.get_logger(__name__)


def run(stopping: threading.Event) -> None:
    """Run until ``stopping`` is set."""
    while not stopping.wait(INTERVAL):
        try:
            close_old_connections()
            SessionStore.clear_expired()
            delete_closed_accounts(now=datetime.now(UTC))
        except (DatabaseError, InterfaceError) as error:
            log.warning("account_cleaning_delayed", error=type(error).__name__)
    connections.close_all()
