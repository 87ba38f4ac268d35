"""A token's claims as text: those that are safe to show, times in words, and where roles were looked for."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from vf_runtime.terminal import harmless
from vf_tokens import AccessPolicy
from vf_tokens.claims import MAX_TIME
from vf_tokens.external import roles_of

_SHOWN = ("iss", "aud", "sub", "username", "roles", "sid", "jti", "use", "azp", "scope", "act")
_TIMES = ("iat", "nbf", "exp")
_UNITS = ((86_400, "day"), (3600, "hour"), (60, "minute"), (1, "second"))
_DEPTH = 4
_MOST_NAMED = 8
_NOT_ROLES = frozenset({"aud", "amr"})


def claims_shown(payload: Mapping[str, Any], now: float) -> dict[str, str]:
    """Claim to text. The email address is masked, and of unknown claims only the type is shown."""
    shown = {name: harmless(_words(payload[name])) for name in _SHOWN if name in payload}
    if "email" in payload:
        shown["email"] = _masked(payload["email"])
    shown |= {name: _moment_in_words(payload[name], now) for name in _TIMES if name in payload}
    others = [f"{harmless(name, 40)} ({type(payload[name]).__name__})" for name in payload if name not in shown]
    if others:
        shown["others"] = ", ".join(others[:20])
    return shown


def roles_shown(payload: Mapping[str, Any], policy: AccessPolicy) -> dict[str, str]:
    """What was not found or became no role: a wrong path is the usual reason. Empty if nothing is missing."""
    if policy.strict_identity:  # its tokens have their roles in one claim, and a malformed one is rejected
        return {}
    found = roles_of(payload, policy)
    lost = {path: shape for path, shape in found.shapes.items() if not shape.startswith("a ")}
    shown = {f"claim {harmless(path, 80)}": shape for path, shape in lost.items()}
    if lost:
        others = [path for path in _lists(payload) if path not in policy.mapping.role_paths]
        shown["lists of names are at"] = ", ".join(harmless(path, 80) for path in others[:_MOST_NAMED]) or "no claim"
    if found.dropped:
        shown["dropped"] = "; ".join(f"{count} {reason.value}" for reason, count in found.dropped.items())
    return shown


def _lists(value: Mapping[str, Any], before: str = "", depth: int = _DEPTH) -> Iterator[str]:
    """Paths of the claims that contain a list of strings. The strings are never shown."""
    for name, member in value.items():
        path = before + name
        if isinstance(member, list) and member and all(isinstance(one, str) for one in member):
            if path not in _NOT_ROLES:
                yield path
        elif isinstance(member, dict) and depth > 1:
            yield from _lists(member, f"{path}.", depth - 1)


def _words(value: object) -> object:
    """A list of strings as words, anything else as Python writes it."""
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
