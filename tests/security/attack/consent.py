"""Permission to attack: always for this machine, for others only with the user's confirmation."""

import ipaddress
import socket
from urllib.parse import urlsplit

from .wire import Endpoint


class Refused(Exception):
    """The target is not attacked. The message is for the user."""


def endpoint_of(url: str, connect: str | None, *, consent: bool) -> tuple[Endpoint, str, str]:
    """Return endpoint, authority and host of ``url``. Raises :class:`Refused`.

    ``connect``: another IP address to connect to, for names that this machine does not resolve.
    """
    parts = urlsplit(url)
    try:
        port = parts.port or {"http": 80, "https": 443}[parts.scheme]
    except (KeyError, ValueError):
        raise Refused(f"{url} is not an http or https address") from None
    host = parts.hostname or ""
    if not host or parts.username or parts.path not in ("", "/") or parts.query:
        raise Refused(f"{url} must name a scheme, a host and perhaps a port, and nothing more")
    addresses = _addresses(connect or host, port)
    if not consent and not all(ipaddress.ip_address(address).is_loopback for address in addresses):
        raise Refused(
            f"{host} is not this machine. Attack only what is yours or what you are allowed to test:\n"
            "if so, say it with --i-may-attack-this"
        )
    return Endpoint(addresses[0], port, host if parts.scheme == "https" else None), parts.netloc, host


def _addresses(host: str, port: int) -> list[str]:
    if host == "localhost" or host.endswith(".localhost"):
        return ["127.0.0.1"]  # RFC 6761 §6.3; some resolvers don't know it
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError as error:
        raise Refused(f"{host} cannot be resolved: {error.strerror}") from None
    return [str(entry[4][0]) for entry in found]
