"""No query of a request in any log: queries hold what people search for, and sometimes tokens.

Our own lines never hold one. Servers write lines of theirs: gunicorn logs the whole URL of a request whose answer
raised, and the first line of one that it cannot parse. uvicorn and Django's development server log every URL. Django
quotes the ``Referer`` of a form that it refuses.
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
"""To the end of the line: a query that is not encoded may hold spaces and quotes."""

_CLIENT_TEXT = re.compile(r"(Invalid request from ip=\S*: [^:'\"(]*).+", re.DOTALL)
"""gunicorn quotes what it cannot parse; a header without a colon is quoted whole, with the credential in it."""

_PARSERS = frozenset({"aiohttp.http_exceptions", "gunicorn.http.errors", "h11._util", "httptools.parser.errors"})
"""Their errors quote the request, so the name of the error is what is left of them. A client causes them at will."""

_FORMATTER = logging.Formatter()


def redact_server_logs() -> None:
    """Take queries out of everything that the servers of this process log from now on. Calling it again is harmless."""
    for name in SERVER_LOGGERS:
        logger = logging.getLogger(name)
        if _without_queries not in logger.filters:
            logger.addFilter(_without_queries)


def redacted(text: str) -> str:
    """``text`` without any query, and without what a server quotes of a malformed request."""
    return _QUERY.sub("?[masked]", _CLIENT_TEXT.sub(r"\1[masked]", text))


def traceback_of(error: BaseException) -> str:
    """The traceback as text, without queries and local variables, for a line of ours under the name ``exception``.

    A service that has not set structlog up gets its default, which shows ``exc_info`` with every local variable.
    """
    return redacted("".join(traceback.format_exception(error))).rstrip()


def _without_queries(record: logging.LogRecord) -> bool:
    """A filter for :mod:`logging`: it changes the record and lets it through."""
    record.msg = redacted(str(record.msg))
    if isinstance(record.args, tuple):  # one by one: uvicorn's formatter takes them apart
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
    """Of gunicorn's access log, of the same class: one that knows a value for every name. ``q`` is the query."""
    found: Any = copy.copy(atoms)
    found.update({name: _redacted_value(value) for name, value in atoms.items()})
    if found.get("q"):
        found["q"] = "[masked]"
    return found
