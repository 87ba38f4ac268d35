"""The steps of a decision, in their order. Nothing else decides, and they run once.

Each step takes the decision so far and fills in one field, or ends it: with an outcome, or by raising a
:class:`~gateway_auth.denials.Denial` or :class:`~vf_tokens.TokenError`. Steps do no I/O and read no clock.
"""

from collections.abc import Callable
from functools import lru_cache

from vf_edge import cross_site
from vf_edge.rule import VERIFY_PATH, InvalidRule, Rule, read_rule
from vf_tokens import RequestBinding, TokenError, TokenExpired, TokenOpaque, UnknownKey
from vf_tokens.access import RULES, Verification
from vf_tokens.compact import parse

from .. import denials
from ..identity.assertions import ANONYMOUS
from ..request.credential import read_credential
from ..request.forwarded import read_forwarded
from ..request.lines import Asked, HeaderLines
from .decision import Basis, Decision, Outcome


def headers(decision: Decision, _: Basis) -> None:
    """Size limits, before anything is read."""
    decision.headers = HeaderLines(decision.asked.lines)


def rule(decision: Decision, _: Basis) -> None:
    """What the route requires. nginx and Envoy may ask with any method of a client, except for a tunnel."""
    asked = decision.asked
    if asked.path != VERIFY_PATH or asked.method == "CONNECT":
        raise denials.BadRequest("not /verify")
    decision.rule = parse_rule(asked.query)


@lru_cache(maxsize=1024)
def parse_rule(query: str) -> Rule:
    """Read a rule. An operator writes it, so a mistake denies every request and is noticed at the first one."""
    try:
        return read_rule(query)
    except InvalidRule as error:
        raise denials.BadRequest(str(error)) from error


def request(decision: Decision, _: Basis) -> None:
    """The original request, from ``X-Forwarded-*``."""
    decision.request = read_forwarded(decision.headers)


def credential(decision: Decision, basis: Basis) -> Outcome | None:
    """Bearer, else a cookie. Without either, this is the last step."""
    found = decision.credential = read_credential(decision.headers, basis.cookie_names)
    if found is not None:
        decision.from_cookie = found.from_cookie
        return None
    if decision.rule.required:
        raise denials.CredentialRequired("no credential")
    decision.identity, decision.repeatable = ANONYMOUS, True
    return Outcome.ANONYMOUS


def cross_site_use(decision: Decision, basis: Basis) -> None:
    """Whether a cookie may be used: a browser also sends it with requests that other sites' pages make."""
    asked = decision.request
    if decision.from_cookie and not cross_site.is_allowed(
        method=asked.method,
        websocket=asked.websocket,
        fetch_site=asked.fetch_site,
        origin=asked.origin,
        allowed_origins=basis.origins.current,
    ):
        raise denials.CrossSiteRequest("cookie sent from another site")


def token_form(decision: Decision, basis: Basis) -> None:
    """A signed JWT in its only spelling. One that was verified before skips all steps up to the revocations."""
    assert decision.credential is not None  # noqa: S101  else the step before was the last
    token = decision.credential.token
    decision.token = basis.verifier.known(token, decision.now)
    if decision.token is None:
        decision.parsed = parse(token)


def issuer(decision: Decision, basis: Basis) -> None:
    """Whose token it says it is. Nothing in it is proven yet."""
    if decision.token is None:
        found = decision.issuer = basis.verifier.issuer_of(decision.parsed)
        decision.check = Verification(decision.parsed, found.policy, found.source.keys, decision.now)


def token_rule(decision: Decision, basis: Basis) -> Outcome | None:
    """One of ``RULES`` in ``vf_tokens/access.py``, where it raises. Services in direct mode apply the same ones."""
    if decision.token is not None:
        return None
    check = decision.check
    try:
        RULES[decision.step](check)
    except UnknownKey as unknown:
        return _unknown_key(decision, unknown)
    if check.access is not None:  # the last rule was met: from here on the token is known
        assert decision.credential is not None  # noqa: S101
        decision.token = basis.verifier.keep(decision.credential.token, check.access, decision.issuer)
    return None


def _unknown_key(decision: Decision, unknown: UnknownKey) -> Outcome:
    """An unknown key may be a new one, so its issuer is asked, but not once for each such token."""
    source = decision.issuer.source
    if not decision.last_try and source.may_learn():
        return Outcome.UNDECIDED
    if source.fetched_at is None:
        raise denials.CannotDecide("the issuer's keys were never fetched") from unknown
    raise unknown


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
    *((name, token_rule) for name in RULES),  # token type, key, signature, claims
    ("revocation", revocation),
    ("roles", roles),
    ("identity", identity),
)
"""In order, with the names that ``explain`` shows."""


def decide(asked: Asked, basis: Basis, now: float, *, last_try: bool = False) -> Decision:
    """Take the steps up to the one that ends the decision.

    ``now`` is in seconds since 1970. UNDECIDED, which the ``last_try`` never is, means: fetch the keys of the issuer
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
    """Deny, or go on as anonymous where the credential is optional and the user cannot help what it is.

    That is a browser whose cookies are malformed, expired or sent twice. A bearer token is sent on purpose.
    """
    decision.refusal = refusal
    decision.denial = denial = refusal if isinstance(refusal, denials.Denial) else _denial_of(decision, refusal)
    rule = decision.found("rule")
    if rule is None or rule.required:
        return
    unusable_cookies = isinstance(denial, denials.AmbiguousCookie | denials.CookiesTooLarge)
    if unusable_cookies or (decision.from_cookie and isinstance(denial, denials.InvalidToken)):
        decision.outcome, decision.identity, decision.repeatable = Outcome.UNUSABLE, ANONYMOUS, unusable_cookies


def _denial_of(decision: Decision, refusal: TokenError) -> denials.Denial:
    if isinstance(refusal, TokenExpired):
        return denials.ExpiredToken(str(refusal))
    if isinstance(refusal, TokenOpaque) and not decision.from_cookie:  # the platform sets cookies: one is malformed
        return denials.OpaqueToken(str(refusal))
    return denials.InvalidToken(str(refusal))
