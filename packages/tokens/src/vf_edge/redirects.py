"""URLs to which a sign-in may redirect: only within the platform, to prevent open redirects."""

import re

_UNSAFE = re.compile(r"[\x00-\x20\x7f-\U0010ffff\\]")
"""Browsers drop tabs and line breaks in a URL and read a backslash as a slash. No valid target needs them."""

_ABSOLUTE = re.compile(r"https?://(?P<host>[a-z0-9.-]+)(?::[0-9]{1,5})?(?:/.*)?", re.IGNORECASE)

MAX_CHARACTERS = 2048


def safe_next(target: str | None, *, base_domain: str, fallback: str = "/") -> str:
    """Return ``target`` if it is a path, or a URL on ``base_domain`` or a subdomain of it; else ``fallback``."""
    if not target or len(target) > MAX_CHARACTERS or _UNSAFE.search(target):
        return fallback
    if target.startswith("/"):
        return fallback if target.startswith("//") else target
    match = _ABSOLUTE.fullmatch(target)
    if match and is_within(match["host"], base_domain):
        return target
    return fallback


def is_within(host: str, base_domain: str) -> bool:
    """Return True if ``host`` (without port) is ``base_domain`` or a subdomain of it."""
    host = host.lower()
    return host == base_domain or host.endswith("." + base_domain)
