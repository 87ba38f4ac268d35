"""What every request of this part has."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase

from . import audit
from .signin.client import Client


class AuditMiddleware:
    """Tells the audit log who acts and from where. It stands behind ``EdgeIdentityMiddleware``."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer within the context of this request."""
        actor = getattr(getattr(request, "user", None), "id", None)
        with audit.acting(audit.Context(actor=actor, network=Client.of(request).network)):
            return self._get_response(request)
