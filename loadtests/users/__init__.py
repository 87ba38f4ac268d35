"""The simulated users: browsers, and programs with an access token."""

from .api import ApiUser
from .browser import BrowserUser

__all__ = ["ApiUser", "BrowserUser"]
