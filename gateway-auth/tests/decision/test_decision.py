"""The table of the edge's answers, each row through every real step (hostile rows 14, 15, 19 to 25, 28, 31)."""

import time
from dataclasses import dataclass, field

import pytest

from gateway_auth import denials as errors
from gateway_auth.decision.decision import Basis, Outcome
from gateway_auth.decision.steps import decide
from gateway_auth.identity.assertions import AssertionMinter
from gateway_auth.origins import AllowedOrigins
from gateway_auth.request.lines import Asked
from gateway_auth.revocation.state import RevocationGate, RevocationState
from gateway_auth.tokens.key_source import FetchedKeys, FixedKeys, KeySource
from gateway_auth.tokens.verifier import TokenVerifier, TrustedIssuer
from vf_edge.cookies import DEFAULT_NAMES, CookieNames
from vf_edge.identity_headers import ANONYMOUS, IDENTITY_HEADERS, decode
from vf_edge.revocations import Revocation
from vf_tokens import KeySet, RequestBinding, assertion, signing_key_from_secret

from ..builders import ALICE, POLICY, SECRET, bearer, cookie, signing_key, token
from ..builders import lines as header_lines

PAGE = "https://vfservices.localhost:8443"
REQUIRED, OPTIONAL = "audience=billing", "audience=billing&mode=optional"
KEYS = KeySet([signing_key_from_secret(SECRET).verification_key()])


@dataclass
class Edge:
    """The decision with all its parts."""

    closed: bool = False
    binding: bool = False
    cookie_names: CookieNames = DEFAULT_NAMES
    state: RevocationState = field(default_factory=RevocationState)
    source: KeySource = field(default_factory=lambda: FixedKeys(KEYS))

    def decision(self, *lines, rule=REQUIRED, last_try=False, **forwarded):
        basis = Basis(
            TokenVerifier([TrustedIssuer(POLICY, self.source)], 100_000),
            RevocationGate(self.state, closed=self.closed, max_staleness=30),
            AssertionMinter((signing_key(),), 60),
            AllowedOrigins([PAGE], lambda: None),
            self.cookie_names.credentials,
            bind_to_request=self.binding,
        )
        asked = Asked("GET", "/verify", rule, header_lines(*lines, **forwarded))
        return decide(asked, basis, time.time(), last_try=last_try)

    def decide(self, *lines, **options):
        """The decision, if the request is allowed. Raises the denial."""
        decision = self.decision(*lines, **options)
        if not decision.allowed:
            raise decision.denial
        return decision


def revoked(kind: str = "sid", identifier: str = "ses_1") -> RevocationState:
    state = RevocationState()
    state.add(Revocation(kind, identifier, int(time.time()), int(time.time()) + 300))
    return state


def verdict_of(*lines, edge: Edge | None = None, **options) -> object:
    """The class of the denial, or the user's id, or "" for anonymous."""
    try:
        verdict = (edge or Edge()).decide(*lines, **options)
    except errors.Denial as denial:
        return type(denial)
    return verdict.identity.values["X-User-Id"]


GOOD = token(lifetime=1800)
EXPIRED = token(age=400)
BAD = GOOD[:-4] + "AAAA"
REVOKED = Edge(state=revoked())
CLOSED = Edge(closed=True)
FOREIGN_PAGE = ("Origin", "https://evil.test")
CROSS_SITE = ("Sec-Fetch-Site", "cross-site")
TWO_BEARERS = [bearer(GOOD), bearer(GOOD)]

# lines, where a credential is required, where it is optional, and what else differs
TABLE = {
    "no credential": ([], errors.CredentialRequired, "", {}),
    "a good bearer": ([bearer(GOOD)], "usr_1", "usr_1", {}),
    "a good cookie": ([cookie(GOOD)], "usr_1", "usr_1", {}),
    "a good script cookie": ([cookie(GOOD, "jwt_token")], "usr_1", "usr_1", {}),
    "a bad bearer": ([bearer(BAD)], errors.InvalidToken, errors.InvalidToken, {}),
    "a bad cookie": ([cookie(BAD)], errors.InvalidToken, "", {}),
    "an opaque bearer": ([bearer("gho_16C7e42F292c")], errors.OpaqueToken, errors.OpaqueToken, {}),
    "an opaque cookie": ([cookie("gho_16C7e42F292c")], errors.InvalidToken, "", {}),
    "an expired bearer": ([bearer(EXPIRED)], errors.ExpiredToken, errors.ExpiredToken, {}),
    "an expired cookie": ([cookie(EXPIRED)], errors.ExpiredToken, "", {}),
    "a revoked bearer": ([bearer(GOOD)], errors.RevokedToken, errors.RevokedToken, {"edge": REVOKED}),
    "a revoked cookie": ([cookie(GOOD)], errors.RevokedToken, "", {"edge": REVOKED}),
    "a revoked token id": (
        [bearer(GOOD)],
        errors.RevokedToken,
        errors.RevokedToken,
        {"edge": Edge(state=revoked("jti", "tok_1"))},
    ),
    "a user signed out everywhere": (
        [bearer(GOOD)],
        errors.RevokedToken,
        errors.RevokedToken,
        {"edge": Edge(state=revoked("sub", "usr_1"))},
    ),
    "a good cookie and a bad bearer": ([cookie(GOOD), bearer(BAD)], errors.InvalidToken, errors.InvalidToken, {}),
    "a bad cookie and a good bearer": ([cookie(BAD), bearer(GOOD)], "usr_1", "usr_1", {}),
    "an empty cookie": ([cookie("")], errors.InvalidToken, "", {}),
    "a cookie of rubbish": ([("Cookie", b"jwt=%%%\xff")], errors.InvalidToken, "", {}),
    "a bad cookie before a good script cookie": (
        [("Cookie", f"jwt={BAD}; jwt_token={GOOD}")],
        errors.InvalidToken,
        "",
        {},
    ),
    "two cookies of one name": ([("Cookie", f"jwt={GOOD}; jwt={GOOD}")], errors.AmbiguousCookie, "", {}),
    "two cookie lines": ([cookie(GOOD), cookie("x", "y")], errors.AmbiguousCookie, "", {}),
    "cookies of 9 KB": ([cookie(GOOD + "x" * 9_000)], errors.CookiesTooLarge, "", {}),
    "cookies of 9 KB beside a bearer": ([cookie("x" * 9_000), bearer(GOOD)], "usr_1", "usr_1", {}),
    "two bearers": (TWO_BEARERS, errors.BadRequest, errors.BadRequest, {}),
    "another scheme": ([("Authorization", "Basic YTpi")], errors.InvalidToken, errors.InvalidToken, {}),
    "an unknown key at the last try": (
        [bearer(token(key=signing_key(1)))],
        errors.InvalidToken,
        errors.InvalidToken,
        {"last_try": True},
    ),
    "an unknown key in a cookie at the last try": (
        [cookie(token(key=signing_key(1)))],
        errors.InvalidToken,
        "",
        {"last_try": True},
    ),
    "a cookie in a form of another site": (
        [cookie(GOOD), CROSS_SITE, FOREIGN_PAGE],
        errors.CrossSiteRequest,
        errors.CrossSiteRequest,
        {"method": "POST"},
    ),
    "a bad cookie in a form of another site": (
        [cookie(BAD), CROSS_SITE, FOREIGN_PAGE],
        errors.CrossSiteRequest,
        errors.CrossSiteRequest,
        {"method": "POST"},
    ),
    "a bearer in a request of another site": (
        [bearer(GOOD), CROSS_SITE, FOREIGN_PAGE],
        "usr_1",
        "usr_1",
        {"method": "POST"},
    ),
    "a cookie in a link of another site": ([cookie(GOOD), CROSS_SITE], "usr_1", "usr_1", {}),
    "a cookie in a form of our page": ([cookie(GOOD), ("Origin", PAGE)], "usr_1", "usr_1", {"method": "POST"}),
    "a cookie in a form of a sandbox": (
        [cookie(GOOD), ("Origin", "null")],
        errors.CrossSiteRequest,
        errors.CrossSiteRequest,
        {"method": "POST"},
    ),
    "a cookie of a program": ([cookie(GOOD)], "usr_1", "usr_1", {"method": "DELETE"}),
    "a cookie in a WebSocket of another site": (
        [cookie(GOOD), FOREIGN_PAGE],
        errors.CrossSiteRequest,
        errors.CrossSiteRequest,
        {"proto": "wss"},
    ),
    "a cookie in a WebSocket of our page": ([cookie(GOOD), ("Origin", PAGE)], "usr_1", "usr_1", {"proto": "wss"}),
    "no cookie in a form of another site": (
        [CROSS_SITE, FOREIGN_PAGE],
        errors.CredentialRequired,
        "",
        {"method": "POST"},
    ),
    "revocations unknown and closed": ([bearer(GOOD)], errors.CannotDecide, errors.CannotDecide, {"edge": CLOSED}),
    "revocations unknown, closed, no credential": ([], errors.CredentialRequired, "", {"edge": CLOSED}),
    "revocations unknown and open": ([bearer(GOOD)], "usr_1", "usr_1", {"edge": Edge(closed=False)}),
    "an odd method": ([bearer(GOOD)], errors.BadRequest, errors.BadRequest, {"method": "TRACE"}),
    "an uncommon method": ([bearer(GOOD)], "usr_1", "usr_1", {"method": "PROPFIND"}),
    "no forwarded host": ([bearer(GOOD)], errors.BadRequest, errors.BadRequest, {"without": ["X-Forwarded-Host"]}),
    "two forwarded hosts": ([bearer(GOOD), ("X-Forwarded-Host", "x")], errors.BadRequest, errors.BadRequest, {}),
    "two origins": ([cookie(GOOD), FOREIGN_PAGE, ("Origin", PAGE)], errors.BadRequest, errors.BadRequest, {}),
    "a plain OPTIONS": ([], errors.CredentialRequired, "", {"method": "OPTIONS"}),
}


@pytest.mark.parametrize(("lines", "required", "_optional", "options"), TABLE.values(), ids=TABLE.keys())
def test_where_a_credential_is_required(lines, required, _optional, options):
    assert verdict_of(*lines, **options) == required


@pytest.mark.parametrize(("lines", "_required", "optional", "options"), TABLE.values(), ids=TABLE.keys())
def test_where_a_credential_is_optional(lines, _required, optional, options):
    assert verdict_of(*lines, rule=OPTIONAL, **options) == optional


PREFIXED = {
    "our cookie": (f"stg_jwt={GOOD}", "usr_1"),
    "our cookie for scripts": (f"stg_jwt_token={GOOD}", "usr_1"),
    "our cookie among two of another installation": (f"jwt={BAD}; stg_jwt={GOOD}; jwt={GOOD}", "usr_1"),
    "the cookie of another installation": (f"jwt={GOOD}", errors.CredentialRequired),
    "two of ours": (f"stg_jwt={GOOD}; stg_jwt={GOOD}", errors.AmbiguousCookie),
}


@pytest.mark.parametrize(("jar", "outcome"), PREFIXED.values(), ids=PREFIXED.keys())
def test_with_a_prefix_only_the_names_that_have_it_count(jar, outcome):
    assert verdict_of(("Cookie", jar), edge=Edge(cookie_names=CookieNames("stg_"))) == outcome


@pytest.mark.parametrize("lines", [[], [bearer(GOOD)], [bearer(BAD)], TWO_BEARERS])
def test_a_rule_that_is_wrong_denies_everything(lines):
    assert verdict_of(*lines, rule="mode=optional") is errors.BadRequest


def test_nothing_is_anonymous_where_a_credential_is_required():
    """200 without an identity on a required route is the worst failure of all."""
    assert "" not in [required for _, required, _, _ in TABLE.values()]


@pytest.mark.parametrize(
    ("roles", "outcome"),
    [
        ("customer", "usr_1"),
        ("operator,clerk", "usr_1"),
        ("operator", errors.RoleRequired),
        ("Customer", errors.RoleRequired),
    ],
)
def test_one_of_the_routes_roles_is_enough_and_none_is_not(roles, outcome):
    assert verdict_of(bearer(GOOD), rule=f"audience=traefik&roles={roles}") == outcome


def test_a_bad_token_is_called_so_before_its_roles_are_looked_at():
    assert verdict_of(bearer(EXPIRED), rule="audience=traefik&roles=operator") is errors.ExpiredToken


def test_an_unknown_key_is_worth_another_look():
    unread = FetchedKeys("http://127.0.0.1:1/", ("ES256",), refresh_seconds=300, on_change=lambda: None)
    assert Edge(source=unread).decision(bearer(token(key=signing_key(1)))).outcome is Outcome.UNDECIDED


@pytest.mark.parametrize("rule", [REQUIRED, OPTIONAL])
def test_a_token_whose_issuers_keys_never_came_is_not_called_bad(rule):
    """Told that its token is bad, a page would sign its person out."""
    unreached = FetchedKeys("http://127.0.0.1:1/", ("ES256",), refresh_seconds=300, on_change=lambda: None)
    assert verdict_of(bearer(GOOD), edge=Edge(source=unreached), rule=rule, last_try=True) is errors.CannotDecide


def test_an_allowed_request_carries_the_identity_and_its_proof_for_that_service_alone():
    values = Edge().decide(bearer(GOOD), rule="audience=inventory").identity.values
    assert tuple(values) == IDENTITY_HEADERS
    assert decode(values) == ALICE
    keys = KeySet([signing_key().verification_key()])
    proved = assertion.verify(values["X-User-Assertion"].encode(), keys, audience="inventory", now=time.time())
    assert (proved.identity, proved.binding) == (ALICE, None)


def test_a_binding_proves_method_and_path_and_is_never_repeated():
    verdict = Edge(binding=True).decide(bearer(GOOD), method="POST", uri="/pay?x=1")
    keys = KeySet([signing_key().verification_key()])
    data = verdict.identity.values["X-User-Assertion"].encode()
    assert assertion.verify(data, keys, audience="billing", now=time.time()).binding == RequestBinding.of(
        "POST", "/pay?x=1"
    )
    assert verdict.repeatable is False


def test_an_anonymous_request_carries_all_headers_empty():
    assert Edge().decide(rule=OPTIONAL).identity.values == ANONYMOUS


@pytest.mark.parametrize("line", [cookie(BAD), cookie(EXPIRED)])
def test_anonymous_by_a_bad_cookie_is_not_repeatable(line):
    """Its key may become known, and then the cookie is good."""
    assert Edge().decide(line, rule=OPTIONAL).repeatable is False


@pytest.mark.parametrize("name", ["a\r\nX-User-Id: 2", "a,b", "%2C", '"', "😀", "\u200fשלום", "a\0b"])
def test_a_name_of_any_kind_arrives_exactly(name):
    values = Edge().decide(bearer(token(username=name))).identity.values
    assert decode(values).username == name
    assert all(value.isascii() and value.isprintable() for value in values.values())
