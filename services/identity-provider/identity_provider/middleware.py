"""Middleware of the identity provider."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase

from vf_django.request_id import request_id_of

from . import audit
from .signin.client import Client


class AuditMiddleware:
    """Sets who acts, and from where, in the audit log. Place it after ``EdgeIdentityMiddleware``."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer in the context of this request."""
        user = getattr(request, "user", None)
        actor = getattr(user, "actor_id", None) or getattr(user, "id", None)
        client = Client.of(request)
        context = audit.Context(
            actor=actor, network=client.network, user_agent=client.user_agent, request_id=request_id_of(request)
        )
        with audit.acting(context):
            return self._get_response(request)
