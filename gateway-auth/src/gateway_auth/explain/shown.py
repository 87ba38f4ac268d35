"""What each step of a decision says of itself. Nothing is read or decided here: it is all in the decision."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from vf_edge import cross_site
from vf_edge.cookies import CookieNames
from vf_runtime.terminal import harmless

from ..decision.decision import Decision
from ..denials import CredentialRequired
from ..tokens.key_source import FetchedKeys
from ..tokens.verifier import TrustedIssuer
from .claims_shown import claims_shown, roles_shown
from .situation import Situation


class Skipped(str):
    """The words of a step that does not apply."""

    __slots__ = ()


Details = dict[str, str]


@dataclass(frozen=True, slots=True)
class Shown:
    """How a step is shown: its words if it did not fail, and values that help in either case."""

    passed: Callable[[Decision, Situation], str]
    details: Callable[[Decision, Situation], Details] = field(default=lambda _decision, _situation: {})


def _rule(decision: Decision, _: Situation) -> str:
    found = decision.rule
    roles = f", one of the roles {', '.join(sorted(found.roles))}" if found.roles else ""
    credential = "a credential is required" if found.required else "a credential is optional"
    login = ", page loads are redirected to sign-in" if found.login else ""
    return f"for the service {found.audience}: {credential}{roles}{login}"


def _request(decision: Decision, _: Situation) -> str:
    found = decision.request
    path, query = found.uri.partition("?")[::2]
    kind = "WebSocket handshake" if found.websocket else "page load" if found.navigation else "not a page load"
    return f"{found.method} {found.scheme}://{found.host}{harmless(path)}{'?…' if query else ''} ({kind})"


def _credential(decision: Decision, _: Situation) -> str:
    found = decision.credential
    if found is None:
        return Skipped("none, and none is required: the request goes on as anonymous")
    return f"{'cookie' if found.from_cookie else 'Authorization: Bearer'}, {len(found.token)} bytes"


def _cross_site(decision: Decision, _: Situation) -> str:
    asked = decision.request
    if not decision.from_cookie:
        return Skipped("does not apply: browsers don't send bearer tokens by themselves")
    if asked.method in cross_site.SAFE_METHODS and not asked.websocket:
        return f"{asked.method} is a safe method, so the cookie is accepted from any page"
    return "the cookie came from an allowed page, or not from a browser"


def _cross_site_details(decision: Decision, _: Situation) -> Details:
    if not decision.from_cookie:
        return {}
    asked = decision.request
    found = {"Sec-Fetch-Site": asked.fetch_site, "Origin": asked.origin}
    return {name: harmless(value or "(absent)") for name, value in found.items()}


def _issuer(decision: Decision, situation: Situation) -> str:
    found = decision.issuer
    return f"{harmless(found.policy.issuer)} is trusted; its keys come from {_key_set_of(found, situation)}"


def _key_details(decision: Decision, situation: Situation) -> Details:
    header, source = decision.parsed.header, decision.issuer.source
    details = {
        "kid": harmless(header.get("kid", "(absent)"), 64),
        "alg": harmless(header.get("alg", "(absent)"), 40),
        "keys of the issuer": ", ".join(harmless(kid, 64) for kid in source.keys.kids) or "none",
        "read from": _key_set_of(decision.issuer, situation),
    }
    if source.failure is not None:
        details["could not be read"] = harmless(source.failure.words)
    return details


def _revocation(_: Decision, situation: Situation) -> str:
    if situation.offline:
        return Skipped("not checked (--offline)")
    if situation.settings.redis is None:
        return Skipped("switched off (VF_REDIS_URL=off)")
    default = ", at the default address, because VF_REDIS_URL is not set" if "VF_REDIS_URL" in situation.unset else ""
    state = situation.parts.gate.state
    if state.fresh_at is None:
        return "unknown: Redis was not read, and VF_REVOCATION_POLICY=open lets the request through"
    return f"not among the {len(state)} live revocations{default}"


def _roles(decision: Decision, _: Situation) -> str:
    return Skipped("has one of them") if decision.rule.roles else "the access rule requires none"


def _roles_details(decision: Decision, _: Situation) -> Details:
    assert decision.token is not None  # noqa: S101  the step was reached
    wanted, policy = decision.rule.roles, decision.issuer.policy
    details = roles_shown(decision.parsed.payload, policy)
    if not wanted:
        return details
    return {
        "the access rule requires one of": ", ".join(sorted(wanted)),
        "the token has": ", ".join(harmless(role) for role in decision.token.access.identity.roles) or "none",
        "read from the claim": ", ".join(policy.mapping.role_paths),
        **details,
    }


SHOWN = {
    "headers": Shown(lambda decision, _: f"{len(decision.asked.lines)} header lines, within the size limits"),
    "rule": Shown(_rule),
    "request": Shown(_request),
    "credential": Shown(_credential),
    "cross-site": Shown(_cross_site, _cross_site_details),
    "token form": Shown(lambda _decision, _situation: "three parts in canonical encoding"),
    "issuer": Shown(
        _issuer,
        lambda decision, _: {} if decision.found("issuer") else {"iss": harmless(decision.parsed.payload.get("iss"))},
    ),
    "token type": Shown(
        lambda _decision, _situation: "an access token by its header",
        lambda decision, _: {"typ": harmless(decision.parsed.header.get("typ", "(absent)"), 40)},
    ),
    "key": Shown(lambda decision, _: f"found, {decision.check.key.algorithm}", _key_details),
    "signature": Shown(lambda _decision, _situation: "valid"),
    "claims": Shown(
        lambda decision, _: f"accepted at {datetime.fromtimestamp(decision.now, UTC):%Y-%m-%d %H:%M:%S} UTC",
        lambda decision, _: claims_shown(decision.parsed.payload, decision.now),
    ),
    "revocation": Shown(_revocation),
    "roles": Shown(_roles, _roles_details),
}
"""By the step's name. Only the last step has nothing to say: its result is the answer."""


def reason_of(decision: Decision, names: CookieNames) -> str:
    """Why the last step refused, in its own words."""
    refusal = decision.refusal
    if isinstance(refusal, CredentialRequired):
        return f"no Authorization header, no cookie {names.access}, no cookie {names.script}"
    return str((decision.step == "key" and refusal is not None and refusal.__cause__) or refusal)


def keys_from(found: TrustedIssuer) -> str:
    """Where an issuer's keys come from, for a person."""
    return found.source.url if isinstance(found.source, FetchedKeys) else "a setting or file"


def _key_set_of(found: TrustedIssuer, situation: Situation) -> str:
    """As :func:`keys_from`, saying so if nobody has named that place."""
    place = keys_from(found)
    return f"{place} (the default: VF_JWKS_URL is not set)" if situation.reads_default_keys(found) else place
