"""Claims for a person's eyes: those that are safe to show, times in words."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from vf_runtime.terminal import harmless
from vf_tokens.claims import MAX_TIME

_SHOWN = ("iss", "aud", "sub", "username", "roles", "sid", "jti", "use", "azp", "scope")
_TIMES = ("iat", "nbf", "exp")
_UNITS = ((86_400, "day"), (3600, "hour"), (60, "minute"), (1, "second"))


def claims_shown(payload: Mapping[str, Any], now: float) -> dict[str, str]:
    """Claim to text. The e-mail is masked; of claims that nobody knows only the kind is shown."""
    shown = {name: harmless(_words(payload[name])) for name in _SHOWN if name in payload}
    if "email" in payload:
        shown["email"] = _masked(payload["email"])
    shown |= {name: _moment_in_words(payload[name], now) for name in _TIMES if name in payload}
    others = [f"{harmless(name, 40)} ({type(payload[name]).__name__})" for name in payload if name not in shown]
    if others:
        shown["others"] = ", ".join(others[:20])
    return shown


def _words(value: object) -> object:
    """A list of strings as words, anything odd as Python writes it."""
    return ", ".join(value) if isinstance(value, list) and all(isinstance(word, str) for word in value) else value


def _masked(value: object) -> str:
    if not isinstance(value, str) or "@" not in value:
        return "(empty)" if value == "" else f"not an address ({type(value).__name__})"
    name, _, domain = value.rpartition("@")
    return harmless(f"{name[:1]}…@{domain}")


def _moment_in_words(value: object, now: float) -> str:
    if type(value) is not int or not 0 <= value <= MAX_TIME:
        return f"{harmless(value, 40)}: not a whole number of seconds since 1970"
    return f"{datetime.fromtimestamp(value, UTC):%Y-%m-%d %H:%M:%S} UTC, {_distance(value - now)}"


def _distance(seconds: float) -> str:
    size = abs(int(seconds))
    for unit, name in _UNITS:
        if size >= unit:
            count = size // unit
            words = f"{count} {name}{'s' if count > 1 else ''}"
            return f"in {words}" if seconds > 0 else f"{words} ago"
    return "now"
