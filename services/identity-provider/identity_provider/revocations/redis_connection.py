"""A Redis client from one URL: ``redis://``, ``rediss://`` or ``redis+sentinel://``."""

from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from redis.backoff import NoBackoff
from redis.retry import Retry
from redis.sentinel import Sentinel

from redis import Redis

CONNECT_TIMEOUT = 0.5
"""Seconds. A logout waits for it when Redis is away, and then goes on without."""

ANSWER_TIMEOUT = 1.0
"""Seconds that Redis has for an answer."""

SENTINEL_PORT = 26379


def connect(url: str) -> Redis:
    """A client; it connects when it is first used. Raises :class:`ValueError` for a URL it cannot read."""
    parts = urlsplit(url)
    if parts.scheme == "redis+sentinel":
        return _by_sentinel(parts)
    if parts.scheme not in ("redis", "rediss"):
        raise ValueError("the URL must start with redis://, rediss:// or redis+sentinel://")
    return Redis.from_url(url, **_options())


def _by_sentinel(parts: SplitResult) -> Redis:
    """``redis+sentinel://[user:password@]host:port,host:port/service/database[?sentinel_password=…]``."""
    hosts = parts.netloc.rpartition("@")[2]
    service, _, database = parts.path.strip("/").partition("/")
    if not hosts or not service or not (database or "0").isdigit():
        raise ValueError("it must be redis+sentinel://host:port,host:port/service/database")
    sentinel_password = parse_qs(parts.query).get("sentinel_password", [None])[0]
    sentinel = Sentinel(  # type: ignore[no-untyped-call]
        [_host_and_port(host) for host in hosts.split(",")],
        sentinel_kwargs={**_options(), "password": sentinel_password},
        db=int(database or 0),
        username=unquote(parts.username) if parts.username else None,
        password=unquote(parts.password) if parts.password else None,
        **_options(),
    )
    client: Redis = sentinel.master_for(service)  # type: ignore[no-untyped-call]
    return client


def _host_and_port(host: str) -> tuple[str, int]:
    name, _, port = host.partition(":")
    return name, int(port or SENTINEL_PORT)


def _options() -> dict[str, object]:
    return {
        "socket_connect_timeout": CONNECT_TIMEOUT,
        "socket_timeout": ANSWER_TIMEOUT,
        # What fails here stays in the outbox: trying again is the relay's work, not a logout's.
        "retry": Retry(NoBackoff(), 0),
        "decode_responses": True,
        "health_check_interval": 15,
    }
