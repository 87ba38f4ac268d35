"""What every process needs before it serves: its settings and its log."""

from .environment import Environment, SettingError
from .logs import configure_logging
from .redis_address import RedisAddress, parse_redis_address

__all__ = ["Environment", "RedisAddress", "SettingError", "configure_logging", "parse_redis_address"]
