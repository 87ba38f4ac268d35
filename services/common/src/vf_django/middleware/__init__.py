"""The middleware, in the order in which they belong (docs/headers.md)."""

from .direct import JWTAuthenticationMiddleware
from .edge import EdgeIdentityMiddleware
from .metrics import MetricsMiddleware
from .request_context import RequestContextMiddleware

__all__ = [
    "EdgeIdentityMiddleware",
    "JWTAuthenticationMiddleware",
    "MetricsMiddleware",
    "RequestContextMiddleware",
]
