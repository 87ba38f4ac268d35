"""How long, how slow and how large a request may be. Pure rules: clocks and sockets stay outside."""

from dataclasses import dataclass

from vf_runtime import Environment

MIB = 1_048_576

SMALL_BYTES = 16_384
"""What a connection may hold without counting toward the budget: a sign-in with its headers is smaller."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """The limits of one worker process."""

    head_seconds: int
    """From the first byte of a request to the end of its headers."""
    idle_seconds: int
    """Between two bytes of a body, and between two of an answer that the client is slow to take."""
    body_rate: int
    """Bytes a second that a body must reach on average, after the first ``head_seconds``."""
    head_bytes: int
    """Request line and headers. Chromium keeps 180 cookies of 4,096 bytes for one site: 740 KB."""
    body_bytes: int
    held_bytes: int
    """Budget for everything above :data:`SMALL_BYTES` that is held in memory for clients, over all connections."""
    connections: int
    """Open connections. At the limit, the longest silent one is closed; new ones are never kept waiting."""
    keep_alive_seconds: int = 95
    """gunicorn's ``keepalive``."""

    @classmethod
    def from_environment(cls, environment: Environment) -> "Bounds":
        """The settings of docs/settings.md. Raises :class:`~vf_runtime.SettingError`."""
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
        """Whether a request that is not whole yet has run out of time. Times are seconds of one clock.

        The rate credits what has come, so an honest slow upload of any size goes through, and one byte a second
        does not.
        """
        allowed = float(self.head_seconds)
        if not in_body:
            return now - since > allowed
        if now - last_byte > self.idle_seconds:
            return True
        return self.body_rate > 0 and now - since > allowed + self.idle_seconds + received / self.body_rate
