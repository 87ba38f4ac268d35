"""What one request knows about its flow, for the parts of allauth that call back into :mod:`.adapter`."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from django.http import HttpRequest
from django.utils.crypto import constant_time_compare

from ..accounts.models import User
from ..signin import known_browser_cookie, services
from ..signin.client import Client
from ..signin.credentials import PresentedCredentials
from ..signin.known_browsers import KnownBrowser
from ..signin.services import SignIn
from .state import SessionStore

PROOF, REMEMBER, CLIENT_KEY = "vf_proof", "vf_remember", "vf_client_key"


@dataclass
class Flow:
    """The flow of a request. :class:`.endpoints.FlowEndpoint` creates it."""

    request: HttpRequest
    state: SessionStore
    now: datetime = field(default_factory=lambda: datetime.now(UTC))
    begun: SignIn | None = None
    """The session that this request has started."""
    still_proven: Callable[[User], bool] | None = None
    """A check that this request can make and a later step can't: with the password itself."""

    @classmethod
    def of(cls, request: HttpRequest) -> "Flow":
        """Return the flow of a request."""
        flow: Flow = request.vf_flow  # type: ignore[attr-defined]
        return flow

    @property
    def client(self) -> Client:
        """Return the client of the request."""
        return Client.of(self.request)

    @property
    def browser(self) -> KnownBrowser:
        """Return the marks of the accounts that this browser has signed in to."""
        return known_browser_cookie.read(self.request, now=self.now)

    def keep(self, *, remember: bool, client_key_digest: str) -> None:
        """Keep what the sign-in form contained for the last step."""
        self.state[REMEMBER], self.state[CLIENT_KEY] = remember, client_key_digest

    def keep_proof(self, user: User) -> None:
        """Keep what the first step proved: the password hash of that time, as an HMAC."""
        self.state[PROOF] = user.get_session_auth_hash()

    def begin(self, user: User) -> None:
        """Start the session after the last step. Raises :class:`InvalidCredentials` or :class:`TokenTooLong`.

        The user is read again: a changed password or a closed account ends the flow.
        """
        proof = str(self.state.get(PROOF, ""))

        def as_at_first_step(current: User) -> bool:
            return constant_time_compare(proof, current.get_session_auth_hash())

        kept: dict[str, Any] = {
            "remember": bool(self.state.get(REMEMBER)),
            "key_digest": str(self.state.get(CLIENT_KEY, "")),
        }
        self.state.flush()
        self.begun = services.begin(
            user=user,
            still_proven=self.still_proven or as_at_first_step,
            client=self.client,
            presented=PresentedCredentials.of(self.request),
            now=self.now,
            **kept,
        )
