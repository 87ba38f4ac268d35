"""The simulated people: at a browser, and programs with a token."""

from .api import ApiUser
from .browser import BrowserUser

__all__ = ["ApiUser", "BrowserUser"]
