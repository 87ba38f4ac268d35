"""The middleware. A system check verifies the order (``checks/identity.py``)."""

from .direct import JWTAuthenticationMiddleware
from .edge import EdgeIdentityMiddleware
from .final_slash import FinalSlashMiddleware
from .metrics import MetricsMiddleware
from .request_context import RequestContextMiddleware

__all__ = [
    "EdgeIdentityMiddleware",
    "FinalSlashMiddleware",
    "JWTAuthenticationMiddleware",
    "MetricsMiddleware",
    "RequestContextMiddleware",
]
