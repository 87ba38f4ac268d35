"""The decision: every step in order, each a rule of its own. No I/O, no clock of its own."""

from dataclasses import dataclass

from vf_edge import cross_site
from vf_edge.cookies import DEFAULT_NAMES, CookieNames
from vf_tokens import RequestBinding, TokenError, TokenExpired, TokenOpaque

from .. import denials as errors
from ..identity.assertions import ANONYMOUS, AssertionMinter, IdentityHeaders
from ..origins.allowed import AllowedOrigins
from ..request.credential import Credential, read_credential
from ..request.forwarded import ForwardedRequest, read_forwarded
from ..request.lines import HeaderLines
from ..request.rule import Rule, parse_rule
from ..revocation.gate import RevocationGate
from ..tokens.verifier import TokenVerifier, UnknownIssuerKey, VerifiedToken


@dataclass(frozen=True, slots=True)
class Verdict:
    """An allowed request: the headers that Traefik hands on, and the token they rest on (None: anonymous)."""

    headers: IdentityHeaders
    token: VerifiedToken | None
    repeatable: bool
    """The same bytes get the same verdict again, until the headers or the token expire or are revoked."""


class Decider:
    """Holds what a decision needs; every part is replaced by its owner, never by a request."""

    def __init__(
        self,
        verifier: TokenVerifier,
        revocations: RevocationGate,
        minter: AssertionMinter,
        origins: AllowedOrigins,
        *,
        bind_to_request: bool,
        cookie_names: CookieNames = DEFAULT_NAMES,
    ) -> None:
        self._verifier = verifier
        self._revocations = revocations
        self._minter = minter
        self._origins = origins
        self._bind_to_request = bind_to_request
        self._cookies = cookie_names.credentials

    def decide(self, headers: HeaderLines, query: str, now: float, *, last_try: bool = False) -> Verdict:
        """Allow, or raise a :class:`~gateway_auth.denials.Denial`.

        ``query`` is the rule, ``now`` seconds since 1970. Raises :class:`UnknownIssuerKey`, unless it is the
        ``last_try``, when fetching the issuer's keys again might turn the denial round.
        """
        rule = parse_rule(query)
        request = read_forwarded(headers)
        credential = self._credential(headers, rule)
        if credential is None:
            return self._without_credential(rule)
        self._check_cross_site(request, credential)
        token = self._token(credential, rule, now, last_try)
        if token is None:
            return Verdict(ANONYMOUS, None, repeatable=False)
        if rule.roles and not token.access.identity.has_role(*rule.roles):
            raise errors.RoleRequired("none of the route's roles")
        binding = RequestBinding.of(request.method, request.uri) if self._bind_to_request else None
        identity = self._minter.headers(token.access.identity, rule.audience, now, binding)
        return Verdict(identity, token, repeatable=not self._bind_to_request)

    def _credential(self, headers: HeaderLines, rule: Rule) -> Credential | None:
        try:
            return read_credential(headers, self._cookies)
        except (errors.AmbiguousCookie, errors.CookiesTooLarge):
            if rule.required:
                raise
            return None

    def _without_credential(self, rule: Rule) -> Verdict:
        if rule.required:
            raise errors.CredentialRequired("no credential")
        return Verdict(ANONYMOUS, None, repeatable=True)

    def _check_cross_site(self, request: ForwardedRequest, credential: Credential) -> None:
        if credential.from_cookie and not cross_site.is_allowed(
            method=request.method,
            websocket=request.websocket,
            fetch_site=request.fetch_site,
            origin=request.origin,
            allowed_origins=self._origins.current,
        ):
            raise errors.CrossSiteRequest("cookie sent from another site")

    def _token(self, credential: Credential, rule: Rule, now: float, last_try: bool) -> VerifiedToken | None:
        """The verified, unrevoked token; None for a bad cookie where no credential is required."""
        try:
            return self._verified(credential, now, last_try)
        except errors.InvalidToken:
            if credential.from_cookie and not rule.required:
                return None
            raise

    def _verified(self, credential: Credential, now: float, last_try: bool) -> VerifiedToken:
        try:
            token = self._verifier.verify(credential.token, now)
        except UnknownIssuerKey as error:
            if not last_try:
                raise
            if error.issuer.source.fetched_at is None:
                raise errors.CannotDecide("the issuer's keys were never fetched") from error
            raise errors.InvalidToken(str(error)) from error
        except TokenExpired as error:
            raise errors.ExpiredToken(str(error)) from error
        except TokenError as error:
            opaque = (
                isinstance(error, TokenOpaque) and not credential.from_cookie
            )  # a cookie was set by us, or is spoiled
            raise (errors.OpaqueToken if opaque else errors.InvalidToken)(str(error)) from error
        self._revocations.check(token.marks)
        return token
