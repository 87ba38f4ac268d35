"""What one request knows about its flow, for the parts of allauth that call back into :mod:`.adapter`."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from django.http import HttpRequest
from django.utils.crypto import constant_time_compare

from ..accounts.models import User
from ..factors.selectors import Factors
from ..signin import known_browser_cookie, services
from ..signin.authentication import ONE_TIME_CODE, PASSWORD, SEVERAL, joined
from ..signin.client import Client
from ..signin.credentials import PresentedCredentials
from ..signin.known_browsers import KnownBrowser
from ..signin.services import SignIn
from ..signin.trusted_devices import is_trusted
from .errors import NoFlow
from .state import SessionStore

PROOF, REMEMBER, CLIENT_KEY = "vf_proof", "vf_remember", "vf_client_key"
METHODS, FACTORS, ADDRESS = "vf_methods", "vf_factors", "vf_address"


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
    _factors: Factors | None = None

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

    def keep(self, *, remember: bool, client_key_digest: str, method: str = "") -> None:
        """Keep what the sign-in form contained for the last step. ``method`` is what the first step proves."""
        self.state[REMEMBER], self.state[CLIENT_KEY] = remember, client_key_digest
        self.used(method)

    def used(self, *methods: str) -> None:
        """Keep that the user has used these methods (:mod:`..signin.authentication`)."""
        self.state[METHODS] = joined(str(self.state.get(METHODS, "")).split(), methods)

    def keep_proof(self, user: User) -> None:
        """Keep what the first step proved: the password hash of that time, as an HMAC; the factors and the address."""
        self.state[PROOF] = user.get_session_auth_hash()
        self.state[FACTORS] = self.factors_of(user).fingerprint
        self.state[ADDRESS] = user.email_key

    @property
    def has_proof(self) -> bool:
        """Return True if an earlier request of this flow has proven something."""
        return bool(self.state.get(METHODS))

    def factors_of(self, user: User) -> Factors:
        """Return the factors of the user, as read once in this request."""
        if self._factors is None:
            self._factors = Factors.of(user.pk)
        return self._factors

    def needs_factor(self, user: User) -> bool:
        """Return True if the user has a factor, hasn't used one in this flow, and doesn't trust this browser."""
        used = str(self.state.get(METHODS, "")).split()
        factors = self.factors_of(user)
        if SEVERAL in used or not factors.main:
            return False
        by_password = PASSWORD in used  # a code from an email and a trusted browser would be one factor
        return not (by_password and is_trusted(self.request, user, factors=factors.fingerprint, now=self.now))

    def begin(self, user: User) -> None:
        """Start the session after the last step. Raises :class:`InvalidCredentials`, :class:`NoFlow` or
        :class:`TokenTooLong`.

        The user is read again: a changed password, another set of factors or a closed account ends the flow. So does
        another email address, if a code at the previous one was a proof.
        """
        address = self.state.get(ADDRESS) if ONE_TIME_CODE in str(self.state.get(METHODS, "")).split() else None
        proof, factors = str(self.state.get(PROOF, "")), self.state.get(FACTORS)

        def as_at_first_step(current: User) -> bool:
            return constant_time_compare(proof, current.get_session_auth_hash())

        def still_proven(current: User) -> bool:
            if Factors.of(current.pk).fingerprint != factors:
                raise NoFlow
            if address is not None and current.email_key != address:
                raise NoFlow
            return (self.still_proven or as_at_first_step)(current)

        kept: dict[str, Any] = {
            "remember": bool(self.state.get(REMEMBER)),
            "key_digest": str(self.state.get(CLIENT_KEY, "")),
            "methods": str(self.state.get(METHODS, "")),
        }
        self.state.flush()
        self.begun = services.begin(
            user=user,
            still_proven=still_proven,
            client=self.client,
            presented=PresentedCredentials.of(self.request),
            now=self.now,
            **kept,
        )
