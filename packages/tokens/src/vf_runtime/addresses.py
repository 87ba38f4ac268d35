"""Addresses in settings, for :meth:`vf_runtime.Environment.parsed`: each ValueError says what the value must be."""

import re
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


def domain(value: str) -> str:
    """Read a domain name, in lower case."""
    if not _DOMAIN.fullmatch(value.lower()):
        raise ValueError("a domain name such as vfservices.localhost")
    return value.lower()
