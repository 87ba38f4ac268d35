"""Limits on the target: only this machine, because load on another server is an attack."""

import ipaddress
import os
from urllib.parse import urlsplit


def refuse_foreign(address: str) -> None:
    """Raise :class:`SystemExit` unless ``address`` is a loopback URL such as ``http://127.0.0.1:8000``."""
    host = urlsplit(address).hostname or ""
    if host != "localhost" and not _is_loopback(host):
        raise SystemExit(f"error: the target is {address or 'not given'}: only loopback addresses are accepted")


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def public_host(address: str) -> str:
    """Return the host for the requests: ``LOAD_PUBLIC_HOST``, or else the development domain with this port.

    Python doesn't resolve ``*.localhost``, so requests go to a loopback address and name this host.
    """
    parts = urlsplit(address)
    default_port = 443 if parts.scheme == "https" else 80
    return os.environ.get("LOAD_PUBLIC_HOST") or f"vfservices.localhost:{parts.port or default_port}"
