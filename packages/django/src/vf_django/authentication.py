"""DRF's view of ``request.user``: whoever the middleware found."""

from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request

from .problems import CHALLENGE
from .users import EdgeUser


class EdgeAuthentication(BaseAuthentication):
    """Takes the user that ``EdgeIdentityMiddleware`` or ``JWTAuthenticationMiddleware`` proved.

    No CSRF check: the edge applies the cross-site rule to cookies before a request gets here
    (direct mode's middleware applies it itself).
    """

    def authenticate(self, request: Request) -> tuple[EdgeUser, None] | None:
        """The proven user, or None for an anonymous request."""
        user = getattr(request._request, "user", None)
        return (user, None) if isinstance(user, EdgeUser) else None

    def authenticate_header(self, request: Request) -> str:
        """The challenge of a 401 (RFC 6750 §3)."""
        return CHALLENGE
