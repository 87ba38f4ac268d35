"""The seam between our API and allauth: base classes of the endpoints that call allauth's flows.

allauth takes two things for granted: a database row as ``request.user``, and ``request.session``. Both exist here only
while one of these endpoints runs. ``request.user`` is never an ``EdgeUser`` for allauth: in a query, an ``EdgeUser``
counts as its username, so a user named like somebody's ID would read that user's rows.

Steps of one flow, and changes in one session, run one after the other: the row is locked from reading to writing.
"""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from typing import Any, cast

from django.contrib.sessions.backends.base import UpdateError
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from vf_django.request_user import set_user

from ..accounts.errors import NoAccount
from ..accounts.models import User
from ..edge import edge_user
from ..mailing.services import notify
from ..signin import known_browser_cookie
from ..signin.answers import answer
from ..signin.apis import SignInEndpoint
from ..signin.models import Session
from ..signin.selectors import is_new_device
from ..signin.services import SignIn
from ..signin.trusted_devices import trust
from . import cookie
from .errors import Impersonated, NoFlow, ReauthenticationRequired
from .flow import Flow
from .proofs import missing_proof
from .state import SessionStore, SignedInState
from .steps import pending_step


class FlowEndpoint(SignInEndpoint):
    """Base class of the steps that need no identity. The state is in the row that the cookie ``vf_flow`` names."""

    begins = False
    """True if the endpoint starts a new flow. An existing flow, which someone else may have planted, is not used."""
    in_transaction = True
    """True if all changes of the step, its email and its flow are committed together."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Run the step."""
        outside = request.user
        with transaction.atomic() if self.in_transaction else nullcontext():
            try:
                response = super().dispatch(request, *args, **kwargs)
                if response.status_code < 500:
                    self._leave(request, cast(HttpResponse, response))
                elif self.in_transaction:  # REST framework has caught the exception
                    transaction.set_rollback(True)
            finally:
                set_user(request, outside)  # type: ignore[arg-type]
        return response

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Load the state after the cross-site rule has been applied. Raises :class:`NoFlow`."""
        super().initial(request, *args, **kwargs)
        http = request._request
        key = None if self.begins else cookie.read(http)
        state = SessionStore(key, lock=True)
        if not self.begins and (key is None or state.is_empty()):
            raise NoFlow
        http.vf_flow, http.session = Flow(http, state), state  # type: ignore[attr-defined]
        user_id = (state.get("account_login") or {}).get("user_pk")
        if user_id is not None and not User.objects.filter(pk=user_id, is_active=True).exists():
            # allauth checks this before the first step only, and would fail without the user's row
            state.flush()
            raise NoFlow

    @staticmethod
    def flow(request: Request) -> Flow:
        """Return the flow of a request."""
        return Flow.of(request._request)

    def next_step(self, request: Request, *, include_token: bool = False, trust_device: bool = False) -> Response:
        """Return the user and the session cookies after the last step. Raises :class:`StepRequired` before.

        ``trust_device`` marks the browser, after a factor was used.
        """
        http = request._request
        begun = begun_or_next_step(http)
        response = answer(request, begun, include_token=include_token, begun=True)
        flow = Flow.of(http)
        known_browser_cookie.remember(response, http, flow.browser, user=begun.user, now=flow.now)
        if trust_device:
            trust(response, http, begun.user, factors=flow.factors_of(begun.user).fingerprint, now=flow.now)
        return response

    def _leave(self, http: HttpRequest, response: HttpResponse) -> None:
        flow = getattr(http, "vf_flow", None)
        if flow is None:
            return
        state = flow.state
        try:
            if state.modified and not state.is_empty():
                state.save()
        except UpdateError:  # the flow has ended in another request
            state.flush()
        if state.session_key is None or state.is_empty():
            state.delete()
            cookie.delete(response, http)
        elif state.modified:
            cookie.set_key(response, http, state.session_key)


def begun_or_next_step(http: HttpRequest) -> SignIn:
    """Return the session that the last step has begun. Raises :class:`StepRequired` if another step is needed."""
    flow = Flow.of(http)
    if flow.begun is None:
        raise pending_step(http)
    _tell_about_new_device(flow, flow.begun)
    return flow.begun


def _tell_about_new_device(flow: Flow, begun: SignIn) -> None:
    user, session = begun.user, begun.session
    if flow.browser.mark_for(user) is None and is_new_device(session, now=flow.now):
        # No user agent: its text is the client's, and would be read as this site's.
        when, network = f"{flow.now:%Y-%m-%d %H:%M} UTC", session.address
        language = user.locale or "en"
        notify(kind="new_device", to=user.email, language=language, user_id=user.pk, when=when, network=network)


class AccountEndpoint(APIView):
    """Base class of account management. The gateway requires a credential; the session must be live here too."""

    in_transaction = True
    """True if all changes of the request are committed together, and the session's requests run one at a time."""
    ends_sessions = False
    """True if the request ends other sessions of the user too: all are locked in one order, to prevent deadlocks."""
    proof_for: frozenset[str] = frozenset()
    """HTTP methods that need a recent proof of identity: a sign-in or reauthentication in this session."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Run the request."""
        outside = request.user
        with transaction.atomic() if self.in_transaction else nullcontext(), _user_kept(request, outside):
            response = super().dispatch(request, *args, **kwargs)
            flow = getattr(request, "vf_flow", None)
            if flow is not None and flow.state.modified:
                flow.state.save()
        return response

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Find the user's row and the state of the session. Raises :class:`NoAccount`.

        A token of an external issuer, or of a program, has no session here and can't manage an account. Raises
        :class:`ReauthenticationRequired` where a recent proof is needed.
        """
        super().initial(request, *args, **kwargs)
        http, user = request._request, edge_user(request)
        if self.ends_sessions:
            list(Session.objects.filter(user_id=user.id).order_by("pk").select_for_update(no_key=True))
        found = Session.objects.select_for_update(of=("self",), no_key=True).select_related("user")
        session = found.filter(pk=user.session_id, user_id=user.id).first()
        state = None if session is None else SignedInState.of(session)
        flow = None if state is None else Flow(http, state)
        if session is None or flow is None or not session.is_live(flow.now) or not session.user.is_active:
            raise NoAccount
        http.vf_flow, http.session = flow, flow.state  # type: ignore[attr-defined]
        self.session = session
        http.user = session.user
        if session.actor and request.method in self.proof_for:
            raise Impersonated
        if request.method in self.proof_for and (methods := missing_proof(session, now=flow.now)) is not None:
            raise ReauthenticationRequired(methods)


@contextmanager
def _user_kept(request: HttpRequest, outside: Any) -> Iterator[None]:
    try:
        yield
    finally:
        set_user(request, outside)
