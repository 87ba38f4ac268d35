"""Properties of the client behind a request."""

import hashlib
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Self

from django.http import HttpRequest

UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Client:
    """The network and user agent of a sign-in."""

    network: str
    user_agent: str

    @classmethod
    def of(cls, request: HttpRequest) -> Self:
        """Read the client from the request.

        Traefik trusts no client's ``X-Forwarded-For`` and appends the IP address that it sees, so only the last one is
        reliable.
        """
        forwarded = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip()
        address = forwarded or request.META.get("REMOTE_ADDR", "")
        return cls(network_of(address), request.headers.get("User-Agent", "")[:200])

    def fingerprint(self) -> str:
        """Return a digest of the network and the user agent, which distinguishes clients."""
        return hashlib.sha256(f"{self.network}\0{self.user_agent}".encode("utf-8", "replace")).hexdigest()


def network_of(address: str) -> str:
    """Return the network of an IP address: an IPv4 address, or the /64 network of one IPv6 subscriber."""
    try:
        parsed: IPv4Address | IPv6Address = ip_address(address)
    except ValueError:
        return UNKNOWN
    if isinstance(parsed, IPv6Address):
        if parsed.ipv4_mapped is None:
            return str(ip_network((parsed, 64), strict=False))
        parsed = parsed.ipv4_mapped
    return str(parsed)
