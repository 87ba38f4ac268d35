"""The request's way, one function a step, in the order in which the decision takes them.

Each step calls what :class:`gateway_auth.decision.Decider` calls; the verdict at the end is the decider's own.
A step returns what is worth saying, or raises what the decision would raise.
"""

from collections.abc import Callable
from datetime import UTC, datetime

from vf_edge import cross_site
from vf_tokens import TokenError, TokenInvalid
from vf_tokens.access import check_type
from vf_tokens.compact import parse

from .. import errors
from ..credential import read_credential
from ..forwarded import read_forwarded
from ..header_lines import HeaderLines
from ..rule import parse_rule
from ..terminal import harmless
from .claims_shown import claims_shown
from .progress import Progress, Said, StepFailed, key_set_of
from .roles_shown import roles_shown


def headers(progress: Progress) -> Said:
    """Size limits, before anything is read."""
    progress.headers = HeaderLines(progress.lines)
    return Said(f"{len(progress.lines)} header lines, within the size limits")


def rule(progress: Progress) -> Said:
    """The query of the ForwardAuth address."""
    progress.rule = found = parse_rule(progress.query)
    roles = f", one of the roles {', '.join(sorted(found.roles))}" if found.roles else ""
    credential = "a credential is required" if found.required else "a credential is optional"
    login = ", page loads are redirected to sign-in" if found.login else ""
    return Said(f"for the service {found.audience}: {credential}{roles}{login}")


def request(progress: Progress) -> Said:
    """The original request from ``X-Forwarded-*``."""
    progress.request = found = read_forwarded(progress.headers)
    path, query = found.uri.partition("?")[::2]
    kind = "WebSocket handshake" if found.websocket else "page load" if found.navigation else "not a page load"
    return Said(f"{found.method} {found.scheme}://{found.host}{harmless(path)}{'?…' if query else ''} ({kind})")


def credential(progress: Progress) -> Said:
    """Bearer, cookie ``jwt``, cookie ``jwt_token``, in this order."""
    names = progress.situation.settings.cookie_names
    try:
        progress.credential = found = read_credential(progress.headers, names.credentials)
    except (errors.AmbiguousCookie, errors.CookiesTooLarge):
        if progress.rule.required:
            raise
        found = None
    if found is None:
        if progress.rule.required:
            raise errors.CredentialRequired(
                f"no Authorization header, no cookie {names.access}, no cookie {names.script}"
            )
        return Said("none, and none is required: the request goes on as anonymous", applies=False)
    return Said(f"{'cookie' if found.from_cookie else 'Authorization: Bearer'}, {len(found.token)} bytes")


def cross_site_use(progress: Progress) -> Said:
    """Whether a cookie may be believed on this request."""
    found, asked = progress.credential, progress.request
    assert found is not None  # noqa: S101  the walk ends before this step without one
    if not found.from_cookie:
        return Said("does not apply: no browser sends a Bearer by itself", applies=False)
    allowed_origins = progress.situation.parts.origins.current
    details = {
        "Sec-Fetch-Site": harmless(asked.fetch_site or "(absent)"),
        "Origin": harmless(asked.origin or "(absent)"),
    }
    if not cross_site.is_allowed(
        method=asked.method,
        websocket=asked.websocket,
        fetch_site=asked.fetch_site,
        origin=asked.origin,
        allowed_origins=allowed_origins,
    ):
        raise StepFailed(errors.CrossSiteRequest("cookie sent from another site"), details)
    if asked.method in cross_site.SAFE_METHODS and not asked.websocket:
        return Said(f"{asked.method} changes nothing, so a cookie is believed from anywhere", details)
    return Said("the cookie was sent by a page of ours, or by no browser", details)


def token_form(progress: Progress) -> Said:
    """Three canonical base64url parts, JSON objects, no duplicate members."""
    assert progress.credential is not None  # noqa: S101
    progress.parsed = parse(progress.credential.token)
    return Said("three parts in their only spelling")


def issuer(progress: Progress) -> Said:
    """Whose token it says it is; nothing of it is proven yet."""
    assert progress.credential is not None  # noqa: S101
    found = progress.situation.issuer_of(progress.credential.token)
    if found is None:
        details = {"iss": harmless(progress.parsed.payload.get("iss"))}
        raise StepFailed(TokenInvalid("the token's issuer is not trusted"), details)
    progress.issuer = found
    return Said(f"{harmless(found.policy.issuer)} is trusted; its keys come from {key_set_of(progress)}")


def token_type(progress: Progress) -> Said:
    """``typ`` and critical extensions."""
    header = progress.parsed.header
    details = {"typ": harmless(header.get("typ", "(absent)"), 40)}
    try:
        check_type(header, progress.issuer.policy)
    except TokenInvalid as error:
        raise StepFailed(error, details) from error
    return Said("an access token by its header", details)


def key(progress: Progress) -> Said:
    """The issuer's key with the token's ``kid``, and its algorithm."""
    header, keys = progress.parsed.header, progress.issuer.source.keys
    details = {
        "kid": harmless(header.get("kid", "(absent)"), 64),
        "alg": harmless(header.get("alg", "(absent)"), 40),
        "keys of the issuer": ", ".join(harmless(kid, 64) for kid in keys.kids) or "none",
        "read from": key_set_of(progress),
    }
    if progress.issuer.source.failure is not None:
        details["could not be read"] = harmless(progress.issuer.source.failure.words)
    try:
        progress.key = keys.find(header)
    except TokenInvalid as error:
        raise StepFailed(error, details) from error
    return Said(f"found, {progress.key.algorithm}", details)


def signature(progress: Progress) -> Said:
    """Made by that key over these bytes. It is never shown."""
    if not progress.key.verify(progress.parsed.signing_input, progress.parsed.signature):
        raise TokenInvalid("the token's signature is wrong")
    return Said("right")


def claim_values(progress: Progress) -> Said:
    """Issuer, audience, use, times, identity: the verifier's word on all of them."""
    assert progress.credential is not None  # noqa: S101
    moment = progress.situation.now
    details = claims_shown(progress.parsed.payload, moment)
    try:
        progress.token = progress.situation.parts.verifier.verify(progress.credential.token, moment)
    except TokenError as error:
        raise StepFailed(error, details) from error
    return Said(f"accepted at {datetime.fromtimestamp(moment, UTC):%Y-%m-%d %H:%M:%S} UTC", details)


def revocation(progress: Progress) -> Said:
    """The token, its session, its user's tokens of that age."""
    situation = progress.situation
    if situation.offline:
        return Said("not looked at (--offline)", applies=False)
    if situation.settings.redis is None:
        return Said("switched off (VF_REDIS_URL=off)", applies=False)
    default = ", at the default address, because VF_REDIS_URL is not set" if "VF_REDIS_URL" in situation.unset else ""
    gate = situation.parts.gate
    gate.check(progress.token.marks)
    if gate.state.fresh_at is None:
        return Said("unknown: Redis was not read, and VF_REVOCATION_POLICY=open lets the request through")
    return Said(f"not among the {len(gate.state)} live revocations{default}")


def roles(progress: Progress) -> Said:
    """One of the route's roles."""
    wanted, identity = progress.rule.roles, progress.token.access.identity
    details = roles_shown(progress.parsed.payload, progress.issuer.policy)
    if not wanted:
        return Said("the rule asks for none", details, applies=False)
    details = {
        "the rule asks for one of": ", ".join(sorted(wanted)),
        "the token has": ", ".join(harmless(role) for role in identity.roles) or "none",
        "read from the claim": ", ".join(progress.issuer.policy.mapping.role_paths),
        **details,
    }
    if not identity.has_role(*wanted):
        raise StepFailed(errors.RoleRequired("none of the route's roles"), details)
    return Said("has one of them", details)


WAY: tuple[tuple[str, Callable[[Progress], Said]], ...] = (
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
)
"""The steps in order, with the names that ``--json`` shows."""
