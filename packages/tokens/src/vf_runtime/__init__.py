"""Settings and logs of every process."""

from .environment import Environment, SettingError
from .known_secrets import is_guessable
from .logs import configure_logging
from .redis_address import RedisAddress, parse_redis_address

__all__ = ["Environment", "RedisAddress", "SettingError", "configure_logging", "is_guessable", "parse_redis_address"]
