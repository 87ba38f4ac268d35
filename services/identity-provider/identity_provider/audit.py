"""The audit log, the only place that records events that allow, reject, limit or change something.

Every line has the same members: ``event``, ``user_id`` (the account concerned), ``actor`` (who did it: a user ID, or
``command:<name>`` with ``operating_system_user``), ``network`` and ``reason``. README.md lists the events. No line
contains a name as it was typed, because users type passwords into the wrong field.

Anyone on the internet can cause some of the events at any rate. So each source, and all sources together, may write a
limited number of lines per minute, and further events are only counted. The log neither floods nor goes silent.
"""

import atexit
import logging
import os
import pwd
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path
from typing import Any

import structlog

log: structlog.typing.FilteringBoundLogger = structlog.wrap_logger(
    None, wrapper_class=structlog.make_filtering_bound_logger(logging.INFO)
)
"""The platform's log, independent of ``VF_LOG_LEVEL``."""


class Event(StrEnum):
    """Types of events. Names are stable: alerts and archives depend on them."""

    SIGNED_IN = "signed_in"
    SIGN_IN_FAILED = "sign_in_failed"
    SIGN_IN_LIMITED = "sign_in_limited"
    SESSION_REFRESHED = "session_refreshed"
    REFRESH_REPEATED = "refresh_repeated"
    REFRESH_REFUSED = "refresh_refused"
    REFRESH_TOKEN_REUSED = "refresh_token_reused"  # noqa: S105 (no password)
    SIGNED_OUT = "signed_out"
    SIGNED_OUT_EVERYWHERE = "signed_out_everywhere"
    SESSION_ENDED = "session_ended"
    PASSWORD_CHANGED = "password_changed"  # noqa: S105 (no password)
    PASSWORD_CHANGE_FAILED = "password_change_failed"  # noqa: S105 (no password)
    PASSWORD_CHANGE_LIMITED = "password_change_limited"  # noqa: S105 (no password)
    PASSWORD_HASH_UPGRADED = "password_hash_upgraded"  # noqa: S105 (no password)
    PASSWORD_RESET = "password_reset"  # noqa: S105 (no password)
    EMAIL_CHANGED = "email_changed"
    PROFILE_CHANGED = "profile_changed"
    PROVIDER_CONNECTED = "provider_connected"
    PROVIDER_DISCONNECTED = "provider_disconnected"
    SECOND_FACTOR_FAILED = "second_factor_failed"
    SECOND_FACTOR_LIMITED = "second_factor_limited"
    REAUTHENTICATED = "reauthenticated"
    REAUTHENTICATION_FAILED = "reauthentication_failed"
    REAUTHENTICATION_LIMITED = "reauthentication_limited"
    FACTOR_ADDED = "factor_added"
    FACTOR_REMOVED = "factor_removed"
    FACTORS_RESET = "factors_reset"
    TRUSTED_DEVICES_FORGOTTEN = "trusted_devices_forgotten"
    PASSKEY_RENAMED = "passkey_renamed"
    RECOVERY_CODES_RENEWED = "recovery_codes_renewed"
    RECOVERY_CODE_USED = "recovery_code_used"
    ACCOUNT_CLOSED = "account_closed"
    USER_CREATED = "user_created"
    IMPERSONATION_STARTED = "impersonation_started"
    IMPERSONATION_STOPPED = "impersonation_stopped"
    USER_INVITED = "user_invited"
    USERS_IMPORTED = "users_imported"
    USER_DELETED = "user_deleted"
    USER_DEACTIVATED = "user_deactivated"
    USER_ACTIVATED = "user_activated"
    ROLES_CHANGED = "roles_changed"
    LIMITS_RESET = "limits_reset"
    USER_CHANGE_REFUSED = "user_change_refused"
    PERSONAL_TOKEN_CREATED = "personal_token_created"  # noqa: S105 (no password)
    PERSONAL_TOKEN_REVOKED = "personal_token_revoked"  # noqa: S105 (no password)
    PROGRAM_TOKEN_ISSUED = "program_token_issued"  # noqa: S105 (no password)
    PROGRAM_TOKEN_REFUSED = "program_token_refused"  # noqa: S105 (no password)
    SERVICE_ACCOUNT_CREATED = "service_account_created"
    SERVICE_ACCOUNT_CHANGED = "service_account_changed"
    SERVICE_ACCOUNT_REFUSED = "service_account_refused"
    SIGNING_KEY_CREATED = "signing_key_created"
    REQUEST_REFUSED = "request_refused"
    LINES_COUNTED = "audit_lines_counted"


WARNINGS = frozenset(
    {
        Event.SIGN_IN_FAILED,
        Event.SIGN_IN_LIMITED,
        Event.REFRESH_TOKEN_REUSED,
        Event.PASSWORD_CHANGE_FAILED,
        Event.PASSWORD_CHANGE_LIMITED,
        Event.SECOND_FACTOR_FAILED,
        Event.SECOND_FACTOR_LIMITED,
        Event.REAUTHENTICATION_FAILED,
        Event.REAUTHENTICATION_LIMITED,
        Event.USER_CHANGE_REFUSED,
        Event.PROGRAM_TOKEN_REFUSED,
        Event.SERVICE_ACCOUNT_REFUSED,
        Event.LINES_COUNTED,
    }
)
REFUSALS = frozenset(
    {
        Event.SIGN_IN_FAILED,
        Event.SIGN_IN_LIMITED,
        Event.REFRESH_REFUSED,
        Event.REFRESH_TOKEN_REUSED,
        Event.PASSWORD_CHANGE_FAILED,
        Event.PASSWORD_CHANGE_LIMITED,
        Event.SECOND_FACTOR_FAILED,
        Event.SECOND_FACTOR_LIMITED,
        Event.REAUTHENTICATION_FAILED,
        Event.REAUTHENTICATION_LIMITED,
        Event.USER_CHANGE_REFUSED,
        Event.PROGRAM_TOKEN_REFUSED,
        Event.SERVICE_ACCOUNT_REFUSED,
        Event.REQUEST_REFUSED,
    }
)
CAUSED_BY_ANYONE = frozenset(
    {
        Event.SIGN_IN_FAILED,
        Event.SIGN_IN_LIMITED,
        Event.REFRESH_REFUSED,
        Event.SIGNED_OUT,
        Event.PASSWORD_CHANGE_FAILED,
        Event.PASSWORD_CHANGE_LIMITED,
        Event.SECOND_FACTOR_FAILED,
        Event.SECOND_FACTOR_LIMITED,
        Event.REAUTHENTICATION_FAILED,
        Event.REAUTHENTICATION_LIMITED,
        Event.PROGRAM_TOKEN_REFUSED,
        Event.REQUEST_REFUSED,
    }
)
"""Events with limits. Changes, successes and stolen tokens are always written."""

WINDOW = 60.0
"""Seconds."""

LINES_OF_SOURCE = 40
"""Lines of one event from one network in a window; more than the number of 401 responses that sign-in gives there."""

LINES_OF_EVENT = 400
"""Lines of one event in a window and a process, from all sources."""


@dataclass(frozen=True, slots=True)
class Context:
    """The user or command that acts, and its network."""

    actor: str | None = None
    network: str | None = None
    operating_system_user: str | None = None
    user_agent: str = ""
    request_id: str = ""


@dataclass(frozen=True, slots=True)
class Recorded:
    """An event that was written."""

    event: Event
    user_id: str | None
    reason: str | None
    context: Context
    details: Mapping[str, Any]


_also_to: list[Callable[[Recorded], None]] = []


def also_to(receive: Callable[[Recorded], None]) -> None:
    """Call ``receive`` with each event that is written from now on."""
    _also_to.append(receive)


_NOBODY = Context()
_context: ContextVar[Context] = ContextVar("audit_context", default=_NOBODY)


@contextmanager
def acting(context: Context) -> Iterator[None]:
    """Record everything inside with ``context``."""
    token = _context.set(context)
    try:
        yield
    finally:
        _context.reset(token)


def command(arguments: list[str]) -> Context:
    """Return the context of ``manage.py``: the command, and the operating system's account that runs it.

    The account is the process's own, because environment variables can be forged.
    """
    name = next((argument for argument in arguments[1:] if not argument.startswith("-")), "help")
    try:
        user = pwd.getpwuid(os.getuid()).pw_name
    except KeyError:  # a container's user may have no name
        user = f"uid {os.getuid()}"
    return Context(actor=f"command:{Path(name).name}", operating_system_user=user)


def record(
    event: Event,
    *,
    user_id: str | None = None,
    reason: str | None = None,
    actor: str | None = None,
    network: str | None = None,
    **details: Any,
) -> None:
    """Write one line, or count it. ``actor`` and ``network`` default to the context's."""
    context = _context.get()
    context = replace(context, actor=actor or context.actor, network=network or context.network)
    if event in CAUSED_BY_ANYONE and not _bounds.admit(event, context.network or user_id or ""):
        return
    if context.operating_system_user is not None:
        details["operating_system_user"] = context.operating_system_user
    write = log.warning if event in WARNINGS else log.info
    write(event.value, user_id=user_id, actor=context.actor, network=context.network, reason=reason, **details)
    for receive in _also_to:
        receive(Recorded(event, user_id, reason, context, details))


@dataclass
class Bounds:
    """A limit on lines. A window that suppressed lines reports their number when it ends."""

    window: float = WINDOW
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _ends_at: float = float("-inf")
    _of_source: Counter[tuple[Event, str]] = field(default_factory=Counter)
    _of_event: Counter[Event] = field(default_factory=Counter)
    _held_back: Counter[Event] = field(default_factory=Counter)

    def admit(self, event: Event, source: str) -> bool:
        """Return True if this line may be written, and count it otherwise."""
        with self._lock:
            ended = self._end_window(time.monotonic())
            admitted = self._of_event[event] < LINES_OF_EVENT and self._of_source[event, source] < LINES_OF_SOURCE
            if admitted:
                self._of_event[event] += 1
                self._of_source[event, source] += 1
            else:
                if not self._held_back:
                    self._say_later()
                self._held_back[event] += 1
        _say(ended)
        return admitted

    def say(self) -> None:
        """Write the counts."""
        with self._lock:
            held_back, self._held_back = self._held_back, Counter()
        _say(held_back)

    def _end_window(self, now: float) -> Counter[Event]:
        if now < self._ends_at:
            return Counter()
        held_back = self._held_back
        self._of_source, self._of_event, self._held_back = Counter(), Counter(), Counter()
        self._ends_at = now + self.window
        return held_back

    def _say_later(self) -> None:
        """Schedule the report, because the last window of an attack ends without another event."""
        timer = threading.Timer(self.window, self.say)
        timer.daemon = True
        timer.start()


def _say(held_back: Counter[Event]) -> None:
    with acting(_NOBODY):  # a window may end during any request
        for event, count in held_back.items():
            record(Event.LINES_COUNTED, counted_event=event.value, count=count)


_bounds = Bounds()
atexit.register(_bounds.say)
