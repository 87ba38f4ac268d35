"""Where load may go: only to this machine. Load on somebody else's server is an attack."""

import ipaddress
import os
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


def public_host(address: str) -> str:
    """The host that a person would have typed: ``LOAD_PUBLIC_HOST``, or else the development domain at this port.

    ``*.localhost`` does not resolve in Python: requests go to a loopback address and name this host.
    """
    parts = urlsplit(address)
    default_port = 443 if parts.scheme == "https" else 80
    return os.environ.get("LOAD_PUBLIC_HOST") or f"vfservices.localhost:{parts.port or default_port}"
