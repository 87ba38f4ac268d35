"""What an operator or user can do about a failed step."""

from vf_tokens import (
    LifetimeTooLong,
    NotYetValid,
    TokenExpired,
    TokenOpaque,
    UnverifiedEmail,
    WrongAudience,
    WrongTokenKind,
)

from ..decision.decision import Decision
from ..denials import AmbiguousCookie, CannotDecide, CredentialRequired
from .shown import keys_from
from .situation import Situation

_OTHER_PLATFORM = (
    "{unset} not set here, so {what} the development default. These settings are probably another platform's, and the "
    "token may be perfectly valid: run explain with the environment of the gateway that denied it."
)

_BY_STEP = {
    "headers": "Legitimate headers are much smaller. Delete old cookies for this domain and try again.",
    "rule": "Correct the query of the ForwardAuth address in Traefik: audience=NAME, mode=required or optional, "
    "and if wanted roles=a,b and login=auto.",
    "request": "Let requests come through the proxy, which sets X-Forwarded-Method, -Proto, -Host and -Uri once each. "
    "Behind another proxy, list its address in the entry point's forwardedHeaders.trustedIPs.",
    "credential": "Send one 'Authorization: Bearer TOKEN' (one space, no quotes), or one cookie of each name.",
    "cross-site": "If that page is yours, give its host a router under BASE_DOMAIN or add its origin to "
    "VF_CORS_EXTRA_ORIGINS. Otherwise the request was blocked as intended.",
    "token form": "Copy the whole token again: it is cut off, padded, quoted, or something other than a signed JWT.",
    "token type": "Present the access token: a refresh token, an ID token or an assertion is not one. "
    "An external issuer's typ can be named by 'types' in VF_ISSUERS_FILE.",
    "signature": "The token was altered, or signed by another key under this key ID: compare the key set with the one "
    "of the issuer that minted it.",
    "claims": "The issuer must set this claim as documented; for an external issuer, see 'claims' in VF_ISSUERS_FILE.",
    "revocation": "Signed out, or signed out everywhere, a new password or other roles: signing in again gives a new "
    "token.",
    "roles": "Give the account one of these roles and sign in again, or correct 'roles' in the rule.",
}

_BY_REFUSAL: dict[tuple[str, type[object]], str] = {
    ("credential", CredentialRequired): "Sign in, or send 'Authorization: Bearer TOKEN'. A public address needs the "
    "public chain.",
    ("credential", AmbiguousCookie): "Delete this domain's cookies: an old one with another Domain or Path hides "
    "beside the new one.",
    ("token form", TokenOpaque): "The gateway verifies JWTs only. Access tokens of Google and GitHub and reference "
    "tokens are opaque: only their issuer can say what they mean. Ask the issuer for a JWT access token (Auth0: name "
    "an audience).",
    ("claims", WrongTokenKind): "Present the access token: this is a refresh, ID or other token of the same issuer. If "
    "the issuer's access tokens look so, name the claim and its value in 'require' in VF_ISSUERS_FILE.",
    ("claims", UnverifiedEmail): 'Have the address verified at the issuer, or choose unverified_email = "drop" in '
    "VF_ISSUERS_FILE.",
    ("claims", TokenExpired): "Refresh the token or sign in again. If it has only just been made, compare the clocks.",
    ("claims", NotYetValid): "The issuer's clock is more than {policy.leeway:.0f} s ahead of this one: compare them.",
    ("claims", LifetimeTooLong): "At most {policy.longest_lifetime} s are accepted between iat and exp: see "
    "VF_TOKEN_MAX_LIFETIME.",
    ("revocation", CannotDecide): "The revocation stream could not be read completely from here (VF_REDIS_URL), or the "
    "relay has not declared it complete (docs/headers.md). A gateway in the same state returns the same response, "
    "because VF_REVOCATION_POLICY=closed. To leave revocations out of the explanation, use --offline.",
}
"""Before that of the step. ``policy`` is the issuer's."""


def advice(decision: Decision, situation: Situation) -> str:
    """One or two sentences for the step that refused."""
    step, refusal = decision.step, decision.refusal
    if step == "issuer":
        return _issuer(situation)
    if step == "key":
        return _key(decision, situation)
    if step == "signature" and situation.reads_default_keys(decision.issuer):
        return _OTHER_PLATFORM.format(unset="VF_JWKS_URL is", what="the key set is read at")
    if isinstance(refusal, WrongAudience):
        return _audience(decision, situation)
    special = _BY_REFUSAL.get((step, type(refusal)))
    if special is None:
        return _BY_STEP.get(step, "")
    return special.format(policy=decision.issuer.policy) if step == "claims" else special


def _issuer(situation: Situation) -> str:
    trusted = ", ".join(situation.parts.verifier.issuers)
    advice = f"Trusted issuers: {trusted}. Set VF_JWT_ISSUER, or add the issuer to VF_ISSUERS_FILE."
    if "VF_JWT_ISSUER" in situation.unset:
        return f"{_OTHER_PLATFORM.format(unset='VF_JWT_ISSUER is', what='the trusted issuer is')} {advice}"
    return advice


def _key(decision: Decision, situation: Situation) -> str:
    source, place = decision.issuer.source, keys_from(decision.issuer)
    if source.failure is not None:
        advice = f"The key set could not be had from {place}: {source.failure.words}."
    else:
        advice = (
            f"The key set of {place} was read, and has no such key. Either these settings are not those of the "
            "platform that issued the token, or the key was withdrawn."
        )
    if situation.reads_default_keys(decision.issuer):
        return f"{advice} {_OTHER_PLATFORM.format(unset='VF_JWKS_URL is', what='the key set is read at')}"
    return advice


def _audience(decision: Decision, situation: Situation) -> str:
    policy = decision.issuer.policy
    claim = policy.mapping.audience
    lost = "" if claim in decision.parsed.payload else f"The token has no {claim}: let the issuer set it. "
    default = " (the default)" if situation.is_default_audience(policy) else ""
    wanted = " or ".join(policy.audiences)
    return f"{lost}The audience must be {wanted}{default}: VF_JWT_AUDIENCE, or 'audience' in VF_ISSUERS_FILE."
