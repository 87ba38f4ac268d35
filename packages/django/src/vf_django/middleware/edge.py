"""``request.user`` from the gateway's identity headers."""

import time
from collections.abc import Callable

import structlog
from django.http import HttpRequest, HttpResponseBase

from vf_tokens import RequestBinding

from ..answer_for import name_recipient
from ..caching import check_cached_view, kept_private, vary_by_user
from ..edge_identity import Unproven, forget_headers, prove, read_headers
from ..request_target import request_target
from ..request_user import refuse_forced_user, set_user
from ..users import AnonymousUser, EdgeUser, User
from ..verifiers import edge_verifier

log = structlog.get_logger("vf_django.edge")


class EdgeIdentityMiddleware:
    """Sets ``request.user`` to an ``EdgeUser`` if the identity headers are verified, else to an ``AnonymousUser``.

    It never rejects a request: the view's policy decides what anonymous requests may do. Rejected headers are logged
    once, with the reason and without their values.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response
        edge_verifier()  # an invalid VF_EDGE stops the start, not the first request

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Set the user and call the next middleware. Raises :class:`ImproperlyConfigured` for a user that a test
        forces.
        """
        refuse_forced_user(request)
        user = _user_of(request)
        set_user(request, user)
        response = self._get_response(request)
        if user.is_authenticated:
            check_cached_view(request, response)
        name_recipient(response, user)
        vary_by_user(response)
        return kept_private(response, user)


def _user_of(request: HttpRequest) -> User:
    edge = edge_verifier()
    try:
        identity = prove(
            read_headers(request.META),
            edge.assertions,
            now=time.time(),
            request=RequestBinding.of(request.method or "", request_target(request)),
            must_bind=edge.require_binding,
        )
    except Unproven as refusal:
        log.warning("identity_refused", reason=str(refusal))
        forget_headers(request.META)
        request.__dict__.pop("headers", None)  # a cached property, if an earlier middleware has read it
        return AnonymousUser()
    return AnonymousUser() if identity is None else EdgeUser(identity)
