"""Limits on the duration, rate and size of requests. Pure rules: clocks and sockets are elsewhere."""

from dataclasses import dataclass

from vf_runtime import Environment

MIB = 1_048_576

SMALL_BYTES = 16_384
"""Bytes that a connection may hold without counting toward the budget. A sign-in request with its headers is smaller.
"""


@dataclass(frozen=True, slots=True)
class Bounds:
    """The limits of one worker process."""

    head_seconds: int
    """Maximum seconds from the first byte of a request to the end of its headers."""
    idle_seconds: int
    """Maximum seconds between two bytes of a body, and between two of a response that the client reads slowly."""
    body_rate: int
    """Minimum average bytes per second of a body, after the first ``head_seconds``."""
    head_bytes: int
    """Maximum size of request line and headers. Chromium keeps 180 cookies of 4,096 bytes for one site: 740 KB."""
    body_bytes: int
    held_bytes: int
    """Bytes that may be held for all clients together, beyond :data:`SMALL_BYTES` of each connection."""
    connections: int
    """Maximum number of open connections. At the limit, the connection that was silent longest is closed to accept a
    new one.
    """
    keep_alive_seconds: int = 95
    """gunicorn's ``keepalive``."""

    @classmethod
    def from_environment(cls, environment: Environment) -> "Bounds":
        """Read the settings of docs/settings.md. Raises :class:`~vf_runtime.SettingError`."""
        return cls(
            head_seconds=environment.integer("VF_HEAD_TIMEOUT", 20, least=1, most=3600),
            idle_seconds=environment.integer("VF_CLIENT_TIMEOUT", 60, least=1, most=86_400),
            body_rate=environment.integer("VF_MIN_UPLOAD_RATE", 500, least=0, most=MIB),
            head_bytes=environment.integer("VF_MAX_HEAD_KIB", 1024, least=16, most=8192) * 1024,
            body_bytes=environment.integer("VF_MAX_BODY_MIB", 10, least=1, most=4096) * MIB,
            held_bytes=environment.integer("VF_MAX_HELD_MIB", 64, least=1, most=65_536) * MIB,
            connections=environment.integer("VF_CONNECTIONS", 4096, least=64, most=65_536),
        )

    def is_late(self, *, now: float, since: float, last_byte: float, in_body: bool, received: int) -> bool:
        """Return True if an incomplete request has run out of time. Times are seconds of one clock.

        The allowed time grows with the bytes received, so a slow upload of any size can finish, and one byte per second
        cannot.
        """
        allowed = float(self.head_seconds)
        if not in_body:
            return now - since > allowed
        if now - last_byte > self.idle_seconds:
            return True
        return self.body_rate > 0 and now - since > allowed + self.idle_seconds + received / self.body_rate
