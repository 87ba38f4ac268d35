"""DRF authentication with the user that the middleware has set."""

from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request

from .problems import CHALLENGE
from .users import EdgeUser


class EdgeAuthentication(BaseAuthentication):
    """Authentication by ``EdgeIdentityMiddleware`` or ``JWTAuthenticationMiddleware``.

    It needs no CSRF check: the gateway (in direct mode, the middleware) has applied the cross-site rule to cookies.
    """

    def authenticate(self, request: Request) -> tuple[EdgeUser, None] | None:
        """Return the verified user, or None for an anonymous request."""
        user = getattr(request._request, "user", None)
        return (user, None) if isinstance(user, EdgeUser) else None

    def authenticate_header(self, request: Request) -> str:
        """Return the challenge of a 401 (RFC 6750 §3)."""
        return CHALLENGE
