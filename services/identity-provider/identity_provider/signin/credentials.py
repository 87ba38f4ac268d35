"""Credentials of requests to the sign-in endpoints, read strictly from the raw header."""

from dataclasses import dataclass, field
from typing import Self

from django.http import HttpRequest

from vf_edge import cookies

from ..configuration import current
from .errors import AmbiguousCredential
from .refresh_tokens import is_well_formed

BEARER = "bearer "

MOST_VALUES = 10
"""Maximum values to check of each kind: a browser can hold hundreds of cookies of one name, and each costs a signature
check.
"""


@dataclass(frozen=True, slots=True)
class PresentedCredentials:
    """The refresh and access tokens of a request, not yet verified."""

    refresh_tokens: tuple[str, ...] = field(repr=False)
    """Normally at most one; a browser with two cookies of that name sends both."""
    access_tokens: tuple[bytes, ...] = field(repr=False)
    in_two_lines: bool = False
    """True if a second ``Cookie`` line has a refresh token too."""

    @classmethod
    def of(cls, request: HttpRequest) -> Self:
        """Read the ``Cookie`` and ``Authorization`` headers."""
        header = request.META.get("HTTP_COOKIE", "").encode("latin-1", "replace")
        names = current().sessions.cookie_names
        refresh = [value.decode("latin-1") for value in cookies.values(header, names.refresh.encode())]
        access = [value for name in names.credentials for value in cookies.values(header, name)] + _bearer(request)
        return cls(
            tuple(filter(is_well_formed, refresh))[:MOST_VALUES],
            tuple(dict.fromkeys(access))[:MOST_VALUES],
            cookies.is_in_two_lines(header, names.refresh.encode()),
        )

    def refresh_token(self) -> str | None:
        """Return the refresh token, or None. Raises :class:`AmbiguousCredential` if there are two."""
        if len(self.refresh_tokens) > 1 or self.in_two_lines:
            raise AmbiguousCredential
        return self.refresh_tokens[0] if self.refresh_tokens else None


def _bearer(request: HttpRequest) -> list[bytes]:
    value = request.META.get("HTTP_AUTHORIZATION", "")
    if value[: len(BEARER)].lower() != BEARER:
        return []
    return [value[len(BEARER) :].encode("latin-1", "replace")]
