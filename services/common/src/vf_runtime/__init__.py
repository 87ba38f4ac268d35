"""What every process needs before it serves: its settings and its log."""

from .environment import Environment, SettingError
from .logs import configure_logging

__all__ = ["Environment", "SettingError", "configure_logging"]
