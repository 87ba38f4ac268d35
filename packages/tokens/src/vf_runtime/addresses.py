"""Addresses in settings, for :meth:`vf_runtime.Environment.parsed`: each ValueError says what the value must be."""

import re
from ipaddress import ip_address
from typing import NamedTuple

_DOMAIN = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)*")
_URL = re.compile(r"https?://[^/\s?#]+[^\s?#]*")


class Address(NamedTuple):
    """Where a listener binds."""

    host: str
    port: int


def host_and_port(value: str) -> Address:
    """Read ``host:port``; an IPv6 address stands in brackets."""
    host, _, port = value.rpartition(":")
    if not host or not port.isdecimal() or not 0 < int(port) < 65_536:
        raise ValueError("host:port")
    return Address(host.strip("[]"), int(port))


def http_url(value: str) -> str:
    """Read an ``http`` or ``https`` URL without a query; a final slash is dropped. Empty stays empty."""
    if value and not _URL.fullmatch(value):
        raise ValueError("an http:// or https:// address")
    return value.rstrip("/")


def is_internal(host: str) -> bool:
    """Return True for a host that a public network can't name: a single label, a reserved suffix or a private address.

    See RFC 6761 §6 and RFC 6762 §3; ``internal`` is reserved by ICANN, ``cluster.local`` is Kubernetes'.
    """
    try:
        address = ip_address(host.strip("[]"))
    except ValueError:
        return "." not in host or host.endswith((".localhost", ".local", ".internal", ".svc"))
    return address.is_private or address.is_loopback


def domain(value: str) -> str:
    """Read a domain name, in lower case."""
    if not _DOMAIN.fullmatch(value.lower()):
        raise ValueError("a domain name such as vfservices.localhost")
    return value.lower()
