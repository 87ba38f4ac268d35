"""The steps of a decision, in their order. Nothing else decides, and nothing walks this way a second time.

Each takes the decision so far and fills in one field, or ends it: with an outcome, or by raising a
:class:`~gateway_auth.denials.Denial` or :class:`~vf_tokens.TokenError`. No I/O, no clock of its own.
"""

from collections.abc import Callable

from vf_edge import cross_site
from vf_edge.rule import VERIFY_PATH
from vf_tokens import RequestBinding, TokenError, TokenExpired, TokenOpaque, UnknownKey
from vf_tokens.access import check_signature, check_type, read_claims
from vf_tokens.compact import parse

from .. import denials
from ..identity.assertions import ANONYMOUS
from ..request.asked import Asked
from ..request.credential import Credential, read_credential
from ..request.forwarded import read_forwarded
from ..request.lines import HeaderLines
from ..request.rule import parse_rule
from .decision import Basis, Decision, Outcome


def headers(decision: Decision, _: Basis) -> None:
    """Size limits, before anything is read."""
    decision.headers = HeaderLines(decision.asked.lines)


def rule(decision: Decision, _: Basis) -> None:
    """What the route requires. nginx and Envoy may ask with any method of a client, but for a tunnel."""
    asked = decision.asked
    if asked.path != VERIFY_PATH or asked.method == "CONNECT":
        raise denials.BadRequest("not /verify")
    decision.rule = parse_rule(asked.query)


def request(decision: Decision, _: Basis) -> None:
    """The original request, from ``X-Forwarded-*``."""
    decision.request = read_forwarded(decision.headers)


def credential(decision: Decision, basis: Basis) -> Outcome | None:
    """Bearer, else a cookie, else none: then this is the last step."""
    decision.credential = read_credential(decision.headers, basis.cookie_names)
    if decision.credential is not None:
        return None
    if decision.rule.required:
        raise denials.CredentialRequired("no credential")
    decision.identity, decision.repeatable = ANONYMOUS, True
    return Outcome.ANONYMOUS


def cross_site_use(decision: Decision, basis: Basis) -> None:
    """Whether a cookie may be used on this request: a browser sends it also when another site asks it to."""
    asked = decision.request
    if _credential_of(decision).from_cookie and not cross_site.is_allowed(
        method=asked.method,
        websocket=asked.websocket,
        fetch_site=asked.fetch_site,
        origin=asked.origin,
        allowed_origins=basis.origins.current,
    ):
        raise denials.CrossSiteRequest("cookie sent from another site")


def token_form(decision: Decision, basis: Basis) -> None:
    """A signed JWT in its only spelling. One that was verified before skips all steps up to the revocations."""
    token = _credential_of(decision).token
    decision.token = basis.verifier.known(token, decision.now)
    if decision.token is None:
        decision.parsed = parse(token)


def issuer(decision: Decision, basis: Basis) -> None:
    """Whose token it says it is; nothing of it is proven yet."""
    if decision.token is None:
        decision.issuer = basis.verifier.issuer_of(decision.parsed)


def token_type(decision: Decision, _: Basis) -> None:
    """``typ`` and critical extensions."""
    if decision.token is None:
        check_type(decision.parsed.header, decision.issuer.policy)


def key(decision: Decision, _: Basis) -> Outcome | None:
    """The issuer's key with the token's ``kid``, for its algorithm. An unknown one may be new."""
    if decision.token is not None:
        return None
    source = decision.issuer.source
    try:
        decision.key = source.keys.find(decision.parsed.header)
    except UnknownKey as unknown:
        if not decision.last_try and source.may_learn():
            return Outcome.UNDECIDED
        if source.fetched_at is None:
            raise denials.CannotDecide("the issuer's keys were never fetched") from unknown
        raise
    return None


def signature(decision: Decision, _: Basis) -> None:
    """Made by that key over these bytes."""
    if decision.token is None:
        check_signature(decision.parsed, decision.key)


def claim_values(decision: Decision, basis: Basis) -> None:
    """Audience, use, times, identity. From here on the token is known."""
    if decision.token is None:
        access = read_claims(decision.parsed.payload, decision.issuer.policy, decision.now)
        decision.token = basis.verifier.keep(_credential_of(decision).token, access, decision.issuer)


def revocation(decision: Decision, basis: Basis) -> None:
    """Neither the token nor its session nor its user's tokens of that age are revoked."""
    assert decision.token is not None  # noqa: S101  the step before has set it
    basis.revocations.check(decision.token.marks)


def roles(decision: Decision, _: Basis) -> None:
    """One of the route's roles, if it asks for any."""
    assert decision.token is not None  # noqa: S101
    wanted = decision.rule.roles
    if wanted and not decision.token.access.identity.has_role(*wanted):
        raise denials.RoleRequired("none of the route's roles")


def identity(decision: Decision, basis: Basis) -> Outcome:
    """The identity headers, with an assertion for this service alone."""
    assert decision.token is not None  # noqa: S101
    asked, bound = decision.request, basis.bind_to_request
    binding = RequestBinding.of(asked.method, asked.uri) if bound else None
    who = decision.token.access.identity
    decision.identity = basis.minter.headers(who, decision.rule.audience, decision.now, binding)
    decision.repeatable = not bound
    return Outcome.ALLOWED


Step = Callable[[Decision, Basis], Outcome | None]

STEPS: tuple[tuple[str, Step], ...] = (
    ("headers", headers),
    ("rule", rule),
    ("request", request),
    ("credential", credential),
    ("cross-site", cross_site_use),
    ("token form", token_form),
    ("issuer", issuer),
    ("token type", token_type),
    ("key", key),
    ("signature", signature),
    ("claims", claim_values),
    ("revocation", revocation),
    ("roles", roles),
    ("identity", identity),
)
"""In order, with the names that ``explain`` shows."""


def decide(asked: Asked, basis: Basis, now: float, *, last_try: bool = False) -> Decision:
    """Take the steps, once, up to the one that ends the decision.

    ``now`` is in seconds since 1970. Undecided is only what is not the ``last_try``: fetch the keys of the issuer
    and decide again.
    """
    decision = Decision(asked, now, last_try)
    try:
        for decision.step, take in STEPS:
            outcome = take(decision, basis)
            if outcome is not None:
                decision.outcome = outcome
                break
    except (denials.Denial, TokenError) as refusal:
        _refuse(decision, refusal)
    return decision


def _refuse(decision: Decision, refusal: denials.Denial | TokenError) -> None:
    """Deny, or go on as anonymous where the credential is optional and its sender cannot help what it is.

    That is a browser, with cookies that are spoiled, expired or set twice. A Bearer was sent on purpose.
    """
    credential = decision.found("credential")
    from_cookie = credential is not None and credential.from_cookie
    decision.refusal = refusal
    decision.denial = denial = refusal if isinstance(refusal, denials.Denial) else _denial_of(refusal, from_cookie)
    spoiled = isinstance(denial, denials.AmbiguousCookie | denials.CookiesTooLarge)
    rule = decision.found("rule")
    if rule is None or rule.required or not (spoiled or (from_cookie and isinstance(denial, denials.InvalidToken))):
        return
    decision.outcome, decision.identity, decision.repeatable = Outcome.UNUSABLE, ANONYMOUS, spoiled


def _denial_of(refusal: TokenError, from_cookie: bool) -> denials.Denial:
    if isinstance(refusal, TokenExpired):
        return denials.ExpiredToken(str(refusal))
    if isinstance(refusal, TokenOpaque) and not from_cookie:  # a cookie was set by the platform, or is spoiled
        return denials.OpaqueToken(str(refusal))
    return denials.InvalidToken(str(refusal))


def _credential_of(decision: Decision) -> Credential:
    assert decision.credential is not None  # noqa: S101  without one the way ends before
    return decision.credential
