"""Middleware of the identity provider."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase

from . import audit
from .signin.client import Client


class AuditMiddleware:
    """Sets the actor and network of the audit log. Place it after ``EdgeIdentityMiddleware``."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer in the context of this request."""
        actor = getattr(getattr(request, "user", None), "id", None)
        with audit.acting(audit.Context(actor=actor, network=Client.of(request).network)):
            return self._get_response(request)
