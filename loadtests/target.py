"""Where load may go: only to this machine. Load on somebody else's server is an attack."""

import ipaddress
from urllib.parse import urlsplit


def refuse_foreign(address: str) -> None:
    """Raise :class:`SystemExit` unless ``address`` is a loopback address, e.g. ``http://127.0.0.1:8000``."""
    host = urlsplit(address).hostname or ""
    if host != "localhost" and not _is_loopback(host):
        raise SystemExit(f"error: the target is {address or 'not given'}: only loopback addresses are accepted")


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
