"""Removal of query strings from all logs: they contain search terms and sometimes tokens.

The platform's own lines never contain one, but servers write their own. gunicorn logs the whole URL of a request whose
response raised an error, and the first line of one that it can't parse. uvicorn and Django's development server log
every URL. Django quotes the ``Referer`` of a form that it rejects.
"""

import copy
import logging
import re
import traceback
from collections.abc import Mapping
from typing import Any

SERVER_LOGGERS = (
    "aiohttp.access",
    "aiohttp.server",
    "aiohttp.web",
    "daphne",
    "daphne.server",
    "django.channels.server",
    "django.request",
    "django.security.csrf",
    "django.server",
    "gunicorn.access",
    "gunicorn.error",
    "hypercorn.access",
    "hypercorn.error",
    "uvicorn.access",
    "uvicorn.asgi",
    "uvicorn.error",
    "waitress",
    "waitress.queue",
)

_QUERY = re.compile(r"\?[^\n]*")
"""Everything up to the end of the line: an unencoded query can contain spaces and quotes."""

_CLIENT_TEXT = re.compile(r"(Invalid request from ip=\S*: [^:'\"(]*).+", re.DOTALL)
"""gunicorn quotes what it can't parse. It quotes a header without a colon whole, including a credential."""

_PARSERS = frozenset({"aiohttp.http_exceptions", "gunicorn.http.errors", "h11._util", "httptools.parser.errors"})
"""Errors that quote the request. Only their names are kept, because a client can cause them at will."""

_FORMATTER = logging.Formatter()


def redact_server_logs() -> None:
    """Remove query strings from everything that the servers of this process log from now on. Repeated calls are
    harmless.
    """
    for name in SERVER_LOGGERS:
        logger = logging.getLogger(name)
        if _without_queries not in logger.filters:
            logger.addFilter(_without_queries)


def redacted(text: str) -> str:
    """Return ``text`` without query strings, and without a server's quotes of a malformed request."""
    return _QUERY.sub("?[masked]", _CLIENT_TEXT.sub(r"\1[masked]", text))


def traceback_of(error: BaseException) -> str:
    """Return the traceback as text, without query strings and local variables, for the log value ``exception``.

    A service that hasn't configured structlog uses its default, which prints ``exc_info`` with every local variable.
    """
    return redacted("".join(traceback.format_exception(error))).rstrip()


def _without_queries(record: logging.LogRecord) -> bool:
    """Redact a record for :mod:`logging`, as a filter that keeps every record."""
    record.msg = redacted(str(record.msg))
    if isinstance(record.args, tuple):  # one by one: uvicorn's formatter unpacks them
        record.args = tuple(map(_redacted_value, record.args))
    elif isinstance(record.args, Mapping):
        record.args = _redacted_atoms(record.args)
    error = record.exc_info[1] if isinstance(record.exc_info, tuple) else None
    if error is not None and type(error).__module__ in _PARSERS:
        record.msg = f"{record.msg} ({type(error).__name__})"
        record.exc_info = record.exc_text = None
    if record.exc_info and not record.exc_text:
        record.exc_text = redacted(_FORMATTER.formatException(record.exc_info))
    return True


def _redacted_value(value: object) -> object:
    return value if value is None or isinstance(value, int | float) else redacted(str(value))


def _redacted_atoms(atoms: Mapping[str, Any]) -> Any:
    """Return gunicorn's access log values in the same class, which has a value for every name. ``q`` is the query
    string.
    """
    found: Any = copy.copy(atoms)
    found.update({name: _redacted_value(value) for name, value in atoms.items()})
    if found.get("q"):
        found["q"] = "[masked]"
    return found
