"""Structured logs: an event has a static name, its values are keywords.

Production writes one JSON object per line; development writes readable lines. Values logged under the name of a
credential are masked, so that a programming mistake doesn't leak one.
"""

import contextlib
import logging
import logging.config
import select
import sys
import threading
from pathlib import Path
from typing import Any, TextIO

import structlog
from structlog.typing import EventDict, WrappedLogger

from .redaction import redact_server_logs, redacted

LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")
SECRET_NAMES = frozenset({"authorization", "cookie", "set_cookie", "password", "secret", "token", "assertion"})


def configure_logging(service: str, *, production: bool, level: str = "INFO") -> None:
    """Set structlog and the standard library's logging to one format on standard error."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _add_service(service),
        _mask_secrets,
        structlog.processors.format_exc_info,
        _redact_exception,
    ]
    renderer: Any = structlog.processors.JSONRenderer() if production else structlog.dev.ConsoleRenderer(colors=False)
    logging.config.dictConfig(
        {
            "version": 1,
            "disable_existing_loggers": False,
            "formatters": {
                "structured": {
                    "()": structlog.stdlib.ProcessorFormatter,
                    "processors": [structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
                    "foreign_pre_chain": [structlog.stdlib.ExtraAdder(), _no_request, *shared, _redact_event],
                }
            },
            "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "structured"}},
            "root": {"handlers": ["stderr"], "level": level},
        }
    )
    redact_server_logs()
    structlog.configure(
        processors=[*shared, renderer],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level]),
        logger_factory=lambda *_names: _StandardError(),
        cache_logger_on_first_use=True,
    )


def append_to(path: str) -> None:
    """Also write each of structlog's lines to this file from now on. For a command next to a running platform.

    Without an error if the file can't be opened or written.
    """
    with contextlib.suppress(OSError):
        _StandardError.copy = Path(path).open("a", encoding="utf-8", buffering=1)  # noqa: SIM115 - until the process ends


class _StandardError:
    """Destination of structlog's lines, faster than the standard library's.

    A request never fails or waits because of its log line: a line that can't be written (full disk, closed pipe,
    stalled reader) is lost. The number of lost lines is logged once writing works again.
    """

    _one_line = threading.Lock()
    _lost = 0
    copy: TextIO | None = None

    def write(self, line: str) -> None:
        """Write one whole line without blocking, or drop it."""
        kind = _StandardError
        with self._one_line:
            if self.copy:
                _is_written(self.copy, line)
            if not (_takes_more(sys.stderr) and _is_written(sys.stderr, line)):
                kind._lost += 1
                return
            lost, kind._lost = kind._lost, 0
        if lost:
            structlog.get_logger(__name__).warning("log_lines_lost", count=lost)

    debug = info = warning = error = critical = write


def _takes_more(stream: TextIO) -> bool:
    """Return False for a full pipe. Otherwise, a pipe accepts 4,096 bytes at once (pipe(7))."""
    try:
        descriptor = stream.fileno()
    except (OSError, ValueError):
        return True  # not a file, as in a test
    poll = select.poll()
    poll.register(descriptor, select.POLLOUT)
    return bool(poll.poll(0))


def _is_written(stream: TextIO, line: str) -> bool:
    try:
        stream.write(line + "\n")
    except (OSError, ValueError):
        return False
    return True


def _add_service(service: str) -> Any:
    def add(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
        event.setdefault("service", service)
        return event

    return add


def _mask_secrets(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    for name in event.keys() & SECRET_NAMES:
        event[name] = "[masked]"
    return event


def _no_request(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Remove the request object: Django passes one with each line, and its representation contains the query string."""
    request = event.pop("request", None)
    if (path := getattr(request, "path", None)) is not None:
        event.setdefault("path", str(path))
    return event


def _redact_exception(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Redact the message of an exception, which may contain the URL of a request."""
    if isinstance(event.get("exception"), str):
        event["exception"] = redacted(event["exception"])
    return event


def _redact_event(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Redact a line of a library, such as an HTTP client."""
    event["event"] = redacted(str(event.get("event", "")))
    return event
