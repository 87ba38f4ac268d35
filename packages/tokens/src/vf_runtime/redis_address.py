"""Redis URLs: ``redis://``, or ``redis+sentinel://`` for a failover group; ``rediss`` in both is TLS."""

import ssl
from dataclasses import dataclass
from typing import Any
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from .environment import SettingError

_FORM = (
    "redis://[user:password@]host[:port][/db], or redis+sentinel://[user:password@]host:port,host:port/service[/db], "
    "or with rediss instead of redis and [?ssl_ca_certs=/path/of/ca.pem] (TLS)"
)


@dataclass(frozen=True, slots=True)
class RedisAddress:
    """One server, or a group of sentinels that know the current primary."""

    url: str
    """For a single server; empty for sentinels. Contains the password: never log it."""
    sentinels: tuple[tuple[str, int], ...] = ()
    service: str = ""
    username: str | None = None
    password: str | None = None
    database: int = 0
    tls: bool = False
    """True for TLS to the sentinels and to the servers behind them."""
    authority: str | None = None
    """A file of certificates to trust in addition to the system's."""

    def tls_options(self) -> dict[str, Any]:
        """Return the arguments for each connection of a group. Certificates and host names are verified."""
        return {"ssl": True, "ssl_ca_certs": self.authority} if self.tls else {}

    def __repr__(self) -> str:
        return f"RedisAddress(sentinel={bool(self.sentinels)})"


def parse_redis_address(name: str, value: str) -> RedisAddress:
    """Read the setting ``name``. Raises :class:`SettingError`, which never contains the password."""
    try:
        parts = urlsplit(value)
        if parts.scheme in ("redis", "rediss") and parts.hostname:
            _check_single(name, parts)
            return RedisAddress(url=value)
        if parts.scheme in ("redis+sentinel", "rediss+sentinel"):
            return _sentinels(name, parts.scheme, value)
    except ValueError:
        pass
    raise SettingError(f"{name} is not a Redis URL: it must be {_FORM}")


def _check_single(name: str, parts: SplitResult) -> None:
    """Reject what the client would ignore, fail on later, or read as permission not to verify certificates."""
    _ = parts.port
    if parts.path not in ("", "/"):
        _within(parts.path.removeprefix("/"), 1_000_000)
    if parts.fragment:
        raise ValueError("a fragment")
    _authority(name, parts.query, tls=parts.scheme == "rediss")


def _authority(name: str, query: str, *, tls: bool) -> str | None:
    """Return the value of the only supported option."""
    options = parse_qsl(query, keep_blank_values=True, strict_parsing=True) if query else []
    if [option for option, _ in options] not in ([], ["ssl_ca_certs"]):
        raise ValueError("unknown options")
    for _, file in options:
        if not tls:
            raise ValueError("an authority without TLS")
        try:
            ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(cafile=file)
        except OSError as error:  # includes SSLError
            raise SettingError(f"{name}: ssl_ca_certs must be a readable file of certificates in PEM") from error
        return file
    return None


def _sentinels(name: str, scheme: str, value: str) -> RedisAddress:
    credentials, _, rest = value.partition("://")[2].rpartition("@")
    rest, _, query = rest.partition("?")
    hosts, *path = rest.split("/")
    user, _, password = credentials.partition(":")
    if not path or not path[0] or len(path) > len(("service", "db")):
        raise ValueError("no service name, or more than a database behind it")
    return RedisAddress(
        url="",
        sentinels=tuple(map(_host_and_port, hosts.split(","))),
        service=path[0],
        username=unquote(user) or None,
        password=unquote(password) or None,
        database=_within(path[1], 1_000_000) if len(path) > 1 and path[1] else 0,
        tls=scheme == "rediss+sentinel",
        authority=_authority(name, query, tls=scheme == "rediss+sentinel"),
    )


def _host_and_port(text: str) -> tuple[str, int]:
    host, _, port = text.rpartition(":")
    if not host.strip("[]"):
        raise ValueError("no host or no port")
    return host.strip("[]"), _within(port, 65_535)


def _within(text: str, most: int) -> int:
    number = int(text)
    if not 0 <= number <= most:
        raise ValueError("out of range")
    return number
