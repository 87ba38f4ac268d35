"""Direct mode: a service that runs without the gateway verifies access tokens itself.

It uses the gateway's token rules in the same order. It can't check revocations: a token stays valid until it expires.
Use it for development and for services that no gateway protects.
"""

import time
from collections.abc import Callable

import structlog
from django.http import HttpRequest, HttpResponseBase

from vf_edge import cross_site
from vf_edge.problems import Problem
from vf_tokens import Identity, TokenError, TokenOpaque, UnknownKey, access

from ..answer_for import name_recipient
from ..bearer import AmbiguousCredential, Credential, MalformedCredential, read_credential
from ..caching import kept_private, vary_by_browser
from ..key_sources import KeysUnavailable
from ..problems import CHALLENGE, ProblemResponse
from ..request_user import refuse_forced_user, set_user
from ..users import AnonymousUser, EdgeUser
from ..verifiers import DirectVerifier, direct_verifier

_INVALID = "The access token is not valid. Sign in again."
_DETAILS = {
    "token_expired": "The access token has expired. Refresh it or sign in again.",
    "token_opaque": "The credential is not a signed JWT. Opaque and encrypted tokens are not accepted here.",
}
_AMBIGUOUS = Problem(400, "invalid_request", "The request carries two credentials of one kind.")
_CROSS_SITE = Problem(
    403, "cross_site_request", "The request came from another site, so the session cookie was ignored."
)
_CANNOT_DECIDE = Problem(503, "cannot_decide", "Access can't be checked right now. Try again in a few seconds.")

log = structlog.get_logger("vf_django.direct")


class Refused(Exception):
    """The request is rejected with ``problem``."""

    def __init__(self, problem: Problem, reason: str) -> None:
        super().__init__(reason)
        self.problem = problem


class JWTAuthenticationMiddleware:
    """Sets ``request.user`` from ``Authorization: Bearer``, cookie ``jwt`` or cookie ``jwt_token``.

    A request without a credential gets an ``AnonymousUser``. An invalid credential is always a 401: a view that allows
    anonymous requests must not treat it as missing.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response
        direct_verifier()  # an invalid VF_DIRECT stops the start, not the first request

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Verify the credential or respond with a problem. Raises :class:`ImproperlyConfigured` for a user that a test
        forces.
        """
        refuse_forced_user(request)
        try:
            identity = _identity_of(request, direct_verifier())
        except Refused as refusal:
            log.warning("credential_refused", code=refusal.problem.code, reason=str(refusal))
            return _denial(request, refusal.problem)
        user = AnonymousUser() if identity is None else EdgeUser(identity)
        set_user(request, user)
        response = kept_private(self._get_response(request), user)
        name_recipient(response, user)
        vary_by_browser(response)
        return response


def _identity_of(request: HttpRequest, direct: DirectVerifier) -> Identity | None:
    try:
        credential = read_credential(request.META, direct.cookies)
    except AmbiguousCredential as error:
        raise Refused(_AMBIGUOUS, str(error)) from error
    except MalformedCredential as error:
        raise Refused(Problem(401, "token_invalid", _INVALID), str(error)) from error
    if credential is None:
        return None
    if credential.from_cookie:
        _check_cross_site(request, direct.allowed_origins)
    return _verify(credential, direct)


def _verify(credential: Credential, direct: DirectVerifier) -> Identity:
    try:
        try:
            keys, now = direct.keys.current(), time.time()
            return access.verify(credential.token, keys, direct.policy, now).identity
        except UnknownKey:
            return access.verify(credential.token, direct.keys.renewed(), direct.policy, time.time()).identity
    except TokenError as error:
        code = TokenError.code if credential.from_cookie and isinstance(error, TokenOpaque) else error.code
        raise Refused(Problem(401, code, _DETAILS.get(code, _INVALID)), str(error)) from error
    except KeysUnavailable as error:
        raise Refused(_CANNOT_DECIDE, str(error)) from error


def _check_cross_site(request: HttpRequest, allowed_origins: frozenset[str]) -> None:
    if not cross_site.is_allowed(
        method=request.method or "",
        websocket=False,
        fetch_site=request.META.get("HTTP_SEC_FETCH_SITE"),
        origin=request.META.get("HTTP_ORIGIN"),
        allowed_origins=allowed_origins,
    ):
        raise Refused(_CROSS_SITE, "a cookie from another site")


def _denial(request: HttpRequest, problem: Problem) -> ProblemResponse:
    headers = {}
    if problem.status == 401:
        headers["WWW-Authenticate"] = f'{CHALLENGE}, error="invalid_token"'
    return ProblemResponse(request, problem, headers)
