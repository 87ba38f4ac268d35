"""Django's command line for a service: ``execute("billing.settings", part="billing")`` at the end of its ``manage.py``.

For a database without tables it prints one line on standard error and returns an exit status, not a traceback. Ctrl-C
returns an exit status.
"""

import os
import signal
import sys
from collections.abc import Sequence

from django.core.management import execute_from_command_line
from django.db import DatabaseError, connection

from vf_runtime.logs import append_to

COMMAND_LOG = "VF_COMMAND_LOG"
"""Set by the runner's `manage` for its command only: the platform's log file, to which the command's log lines are
added.
"""

_UNDEFINED_TABLE = "42P01"
"""PostgreSQL's code for an undefined table."""


def execute(settings_module: str, *, part: str, arguments: Sequence[str] | None = None) -> None:
    """Run ``manage.py``'s command. ``part`` is the name of this service in ``make manage``."""
    if log := os.environ.pop(COMMAND_LOG, ""):
        append_to(log)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", settings_module)
    words = list(sys.argv if arguments is None else arguments)
    try:
        execute_from_command_line(words)
    except KeyboardInterrupt:
        sys.exit(128 + signal.SIGINT)
    except DatabaseError as error:
        if "--traceback" in words or not _lacks_a_table(error):
            raise
        print(f"error: {_advice(part)}", file=sys.stderr)
        sys.exit(1)


def _lacks_a_table(error: DatabaseError) -> bool:
    return "no such table" in str(error) or getattr(error.__cause__, "sqlstate", None) == _UNDEFINED_TABLE


def _advice(part: str) -> str:
    name = connection.settings_dict["NAME"]
    if _has_tables():
        return f"The database {name} lacks a table that this command needs. Run manage.py migrate."
    return (
        f"The database {name} has no tables. For the platform of `make start`, use "
        f'`make manage PART={part} ARGS="…"`. To create the tables here, run manage.py migrate.'
    )


def _has_tables() -> bool:
    try:
        return bool(connection.introspection.table_names())
    except DatabaseError:
        return False
