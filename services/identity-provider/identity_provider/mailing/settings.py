"""The mail server, read from ``VF_EMAIL_URL``."""

from dataclasses import dataclass, field
from typing import Any, Self
from urllib.parse import unquote, urlsplit

from vf_runtime import SettingError

TIMEOUT = 10
"""Seconds that the mail server has for each response."""

PORTS = {"smtp": 587, "smtps": 465, "smtp+plain": 25}
FOR_DEVELOPMENT = ("page", "console")
"""Values that send nothing. In production, users would wait for codes, and a log would contain them."""

FORMS = (
    "off, page, console, or a URL such as smtp://user:password@mail.example:587 "
    "(smtps:// for TLS from the start, smtp+plain:// without TLS)"
)


@dataclass(frozen=True, slots=True)
class MailSettings:
    """How to send email."""

    scheme: str
    """``off``, ``page`` (only kept for ``/api/mails/``), ``console`` (standard output), ``smtp`` (STARTTLS), ``smtps``
    (TLS), or ``smtp+plain``.
    """
    sender: str
    """``VF_EMAIL_FROM``: the ``From`` of every email."""
    host: str = ""
    port: int = 0
    user: str = ""
    password: str = field(default="", repr=False)

    @classmethod
    def parse(cls, url: str, *, sender: str) -> Self:
        """Read the value of ``VF_EMAIL_URL``. Raises :class:`SettingError`, never with the value: it has a password."""
        if url in ("off", *FOR_DEVELOPMENT):
            return cls(url, sender)
        try:
            parts = urlsplit(url)
            port = parts.port or PORTS[parts.scheme]
        except (ValueError, KeyError):
            raise SettingError(f"VF_EMAIL_URL is not valid: it must be {FORMS}") from None
        if not parts.hostname or parts.path.strip("/") or parts.query or parts.fragment:
            raise SettingError(f"VF_EMAIL_URL is not valid: it must be {FORMS}")
        user, password = unquote(parts.username or ""), unquote(parts.password or "")
        return cls(parts.scheme, sender, parts.hostname, port, user, password)

    @property
    def is_on(self) -> bool:
        """Return True if emails are sent."""
        return self.scheme != "off"

    def django(self) -> dict[str, Any]:
        """Return Django's settings."""
        backend = "smtp" if self.scheme in PORTS else {"console": "console"}.get(self.scheme, "dummy")
        return {
            "EMAIL_BACKEND": f"django.core.mail.backends.{backend}.EmailBackend",
            "EMAIL_HOST": self.host,
            "EMAIL_PORT": self.port,
            "EMAIL_HOST_USER": self.user,
            "EMAIL_HOST_PASSWORD": self.password,
            "EMAIL_USE_TLS": self.scheme == "smtp",
            "EMAIL_USE_SSL": self.scheme == "smtps",
            "EMAIL_TIMEOUT": TIMEOUT,
            "DEFAULT_FROM_EMAIL": self.sender,
        }
