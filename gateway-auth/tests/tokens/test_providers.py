"""The entries of docs/interoperability.md read tokens as each provider makes them, and none of its other kinds."""

import base64
import json
import re
import time
from pathlib import Path
from typing import Any

import pytest

from gateway_auth.tokens.issuers import trusted_issuers
from gateway_auth.tokens.verifier import TokenVerifier
from vf_tokens import Identity, TokenInvalid, TokenOpaque, UnverifiedEmail, WrongTokenKind, key_set_document

from ..builders import settings, signing_key, verified

KEY = signing_key(4)
DOCUMENT = (Path(__file__).parents[3] / "docs" / "interoperability.md").read_text(encoding="utf-8")
ENTRIES = {re.findall(r'^issuer = "(.+?)"', text, re.MULTILINE)[0]: text for text in
           re.findall(r"```toml\n(.*?)```", DOCUMENT, re.DOTALL)}  # fmt: skip

KEYCLOAK = "https://keycloak.example.com/realms/shop"
DIRECTORY = "https://login.example.com/realms/staff"
AUTH0 = "https://shop.eu.auth0.com/"
TENANT = "11111111-2222-3333-4444-555555555555"
ENTRA = f"https://login.microsoftonline.com/{TENANT}/v2.0"
OKTA = "https://shop.okta.com/oauth2/default"
COGNITO = "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_EXAMPLE"
GOOGLE = "https://accounts.google.com"
SIMPLEJWT = "https://old.shop.example"
DN = "CN=Shop Admins,OU=Groups,DC=example,DC=com"

TOKENS: dict[str, dict[str, Any]] = {
    KEYCLOAK: {
        "jti": "onrtro:65f1f2c0-9f5f-a6b2-8d5c-0a8f8e4b5f7a",
        "aud": ["realm-management", "account"],
        "sub": "f7c1b7de-5b9f-4f0e-9e4a-6c1b9c2d7a10",
        "typ": "Bearer",
        "azp": "shop-web",
        "sid": "0b8f1c9e-6a55-4a9e-8f59-5ce8d6d8f2ab",
        "acr": "1",
        "allowed-origins": ["https://shop.example"],
        "realm_access": {"roles": ["offline_access", "default-roles-shop", "customer"]},
        "resource_access": {"shop-api": {"roles": ["shop-clerk", "customer"]}, "account": {"roles": ["view-profile"]}},
        "scope": "openid email profile",
        "email_verified": True,
        "name": "Renée Müller",
        "preferred_username": "renée",
        "email": "renee@example.test",
    },
    DIRECTORY: {
        "aud": "shop-api",
        "sub": "S-1-5-21-1004336348-1177238915-682003330-512",
        "preferred_username": "ALICE",
        "groups": [
            DN,
            f"CN={'Everybody in the Whole Company, and Some More' * 2},OU=Groups,DC=example,DC=com",
            "urn:mace:example.com:group:shop:warehouse",
            DN,
            *(f"CN=Group {number},OU=Groups,DC=example,DC=com" for number in range(80)),
        ],
    },
    AUTH0: {
        "https://shop.example/roles": ["customer"],
        "https://shop.example/name": "alice",
        "https://shop.example/email": "alice@example.test",
        "sub": "auth0|5f7c8ec7c33c6c004bbafe82",
        "aud": ["https://api.shop.example", "https://shop.eu.auth0.com/userinfo"],
        "azp": "CLIENTIDOFTHESHOP",
        "scope": "openid profile email",
        "gty": "password",
        "permissions": ["read:orders"],
    },
    ENTRA: {
        "aud": "66666666-7777-8888-9999-000000000000",
        "nbf": 0,
        "aio": "AXQAi/8TAAAA",
        "azp": "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee",
        "azpacr": "1",
        "name": "Alice",
        "oid": "99999999-aaaa-bbbb-cccc-dddddddddddd",
        "preferred_username": "alice@example.test",
        "rh": "0.AXQA",
        "roles": ["Orders.Read.All"],
        "scp": "access_as_user orders.write",
        "sub": "HKZpfaHyWadeOouYlitjrI-KffTm222X5rrV3xDqfKQ",
        "tid": TENANT,
        "uti": "fqiBqXLPj0eQa82S-IYFAA",
        "ver": "2.0",
    },
    OKTA: {
        "ver": 1,
        "jti": "AT.0mP4JKAZX1iACIT4vbEDF7LpvDVjxypPMf0D7uX39RE",
        "aud": "api://shop",
        "cid": "0oa1shopwebclient",
        "uid": "00ub0oNGTSWTBKOLGLNR",
        "scp": ["openid", "orders.read"],
        "auth_time": 1_800_000_000,
        "sub": "alice@example.test",
        "groups": ["Everyone", "Shop Clerks"],
    },
    COGNITO: {
        "sub": "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee",
        "device_key": "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee",
        "cognito:groups": ["customer"],
        "token_use": "access",
        "scope": "aws.cognito.signin.user.admin",
        "auth_time": 1_800_000_000,
        "jti": "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee",
        "origin_jti": "bbbbbbbb-bbbb-cccc-dddd-eeeeeeeeeeee",
        "event_id": "cccccccc-bbbb-cccc-dddd-eeeeeeeeeeee",
        "client_id": "the-app-client-id",
        "username": "alice",
        "version": 2,
    },
    GOOGLE: {
        "azp": "1234-shop.apps.googleusercontent.com",
        "aud": "1234-shop.apps.googleusercontent.com",
        "sub": "110169484474386276334",
        "at_hash": "HK6E_P6Dh8Y93mRNtsDB1Q",
        "hd": "example.com",
        "email": "alice@example.com",
        "email_verified": True,
        "name": "Alice",
        "picture": "https://lh3.googleusercontent.com/a/x",
    },
    SIMPLEJWT: {"token_type": "access", "jti": "7d1c2b1e1f4a4d0ea1c2", "user_id": 42, "aud": "shop", "groups": [7]},
}

EXPECTED = {
    KEYCLOAK: ("f7c1b7de-5b9f-4f0e-9e4a-6c1b9c2d7a10", "renée", "renee@example.test", ("customer", "shop-clerk")),
    DIRECTORY: ("S-1-5-21-1004336348-1177238915-682003330-512", "ALICE", "", ("staff", "admin", "warehouse")),
    AUTH0: ("auth0|5f7c8ec7c33c6c004bbafe82", "alice", "alice@example.test", ("customer", "read:orders")),
    ENTRA: (
        "99999999-aaaa-bbbb-cccc-dddddddddddd",
        "alice@example.test",
        "",
        ("Orders.Read.All", "access_as_user", "orders.write"),
    ),
    OKTA: ("00ub0oNGTSWTBKOLGLNR", "alice@example.test", "", ("Shop Clerks", "orders.read")),
    COGNITO: ("aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee", "alice", "", ("customer",)),
    GOOGLE: ("110169484474386276334", "alice@example.com", "alice@example.com", ("staff",)),
    SIMPLEJWT: ("42", "", "", ("7",)),
}


@pytest.fixture
def verify(tmp_path):
    """Verifies a token with the provider's documented entry; its key set is in a file."""
    keys = tmp_path / "keys.json"
    keys.write_text(json.dumps(key_set_document([KEY])))

    def by_entry(issuer: str, token: str | bytes, change: tuple[str, str] = ("", "")) -> Identity:
        text = re.sub(r"jwks_(url|file) = .*", f'jwks_file = "{keys}"', ENTRIES[issuer].replace(*change))
        (tmp_path / "issuers.toml").write_text(text)
        variables = {"VF_ISSUERS_FILE": str(tmp_path / "issuers.toml"), "VF_JWT_ISSUER": "off", "VF_JWT_SECRET": ""}
        verifier = TokenVerifier(trusted_issuers(settings(**variables), lambda: None), 100_000)
        data = token.encode() if isinstance(token, str) else token
        return verified(verifier, data, time.time()).access.identity

    return by_entry


def token(issuer: str, header: dict[str, Any] | None = None, **changes: Any) -> str:
    """The provider's access token, with some claims changed (None removes one)."""
    now = int(time.time())
    claims = {"iss": issuer, **TOKENS[issuer], "iat": now - 5, "exp": now + 300} | changes
    return KEY.sign(
        {"typ": "JWT"} | (header or {}), {name: value for name, value in claims.items() if value is not None}
    )


def test_every_entry_of_the_document_is_tried():
    assert set(ENTRIES) == set(TOKENS) == set(EXPECTED)


def test_the_entry_of_the_settings_page_is_accepted(tmp_path):
    settings_page = (Path(__file__).parents[3] / "docs" / "settings.md").read_text(encoding="utf-8")
    (tmp_path / "issuers.toml").write_text(re.findall(r"```toml\n(.*?)```", settings_page, re.DOTALL)[0])
    issuers = trusted_issuers(settings(VF_ISSUERS_FILE=str(tmp_path / "issuers.toml")), lambda: None)
    assert issuers[1].policy.roles.always == ("staff",)


@pytest.mark.parametrize("issuer", TOKENS)
def test_an_access_token_is_read_by_the_documented_entry_of(verify, issuer):
    user_id, username, email, roles = EXPECTED[issuer]
    identity = verify(issuer, token(issuer))
    assert identity == Identity(f"{issuer}|{user_id}", username, email, roles, identity.session_id)


@pytest.mark.parametrize("issuer", TOKENS)
def test_it_is_read_whatever_groups_its_directory_adds(verify, issuer):
    odd = ["g" * 71, DN, "urn:" + "x" * 80, "a\x00b", "a,b", "", "twice", "twice", 1.5, True, None, {"a": 1}, ["b"]]
    groups = {"groups": odd + [f"group{number}" for number in range(65)], "roles": odd, "cognito:groups": odd}
    assert verify(issuer, token(issuer, **groups)).user_id == f"{issuer}|{EXPECTED[issuer][0]}"


OTHER_KINDS = {
    "Keycloak's ID token": (KEYCLOAK, {"typ": "ID"}),
    "Keycloak's refresh token": (KEYCLOAK, {"typ": "Refresh"}),
    "Keycloak's offline token": (KEYCLOAK, {"typ": "Offline"}),
    "Keycloak's logout token": (KEYCLOAK, {"typ": "Logout"}),
    "a back-channel logout token": (AUTH0, {"events": {"http://schemas.openid.net/event/backchannel-logout": {}}}),
    "Cognito's ID token": (COGNITO, {"token_use": "id"}),
    "simplejwt's refresh token": (SIMPLEJWT, {"token_type": "refresh"}),
    "simplejwt's sliding token": (SIMPLEJWT, {"token_type": "sliding"}),
    "a token of another tenant": (ENTRA, {"tid": "22222222-2222-3333-4444-555555555555"}),
    "Okta's ID token": (OKTA, {"cid": None}),
    "a private Google account": (GOOGLE, {"hd": None}),
}


@pytest.mark.parametrize(("issuer", "changes"), OTHER_KINDS.values(), ids=OTHER_KINDS.keys())
def test_it_does_not_accept(verify, issuer, changes):
    with pytest.raises(WrongTokenKind):
        verify(issuer, token(issuer, **changes))


DEFAULTS = {name: case for name, case in OTHER_KINDS.items() if set(case[1]) & {"typ", "token_use", "token_type"}}


@pytest.mark.parametrize(("issuer", "changes"), DEFAULTS.values(), ids=DEFAULTS.keys())
def test_without_require_the_default_does_not_accept(verify, issuer, changes):
    requirement = next(line for line in ENTRIES[issuer].splitlines() if line.startswith("require"))
    with pytest.raises(WrongTokenKind):
        verify(issuer, token(issuer, **changes), change=(requirement, ""))


@pytest.mark.parametrize("changes", [{"aud": "another"}, {"aud": ["another"]}, {"aud": None}, {"aud": []}])
def test_a_token_for_another_audience_is_refused(verify, changes):
    with pytest.raises(TokenInvalid):
        verify(KEYCLOAK, token(KEYCLOAK, **changes))


@pytest.mark.parametrize("audience", ["account", "shop-api", ["x", "shop-api"]])
def test_each_of_several_audiences_is_accepted(verify, audience):
    assert verify(KEYCLOAK, token(KEYCLOAK, aud=audience)).username == "renée"


def test_an_id_number_and_its_text_are_the_same_user(verify):
    assert verify(SIMPLEJWT, token(SIMPLEJWT)) == verify(SIMPLEJWT, token(SIMPLEJWT, user_id="42"))


@pytest.mark.parametrize("user_id", [42.0, True, -1, 2**64, [42], "", "42\n"])
def test_a_user_id_is_never(verify, user_id):
    with pytest.raises(TokenInvalid):
        verify(SIMPLEJWT, token(SIMPLEJWT, user_id=user_id))


@pytest.mark.parametrize("verified", [False, "false", 0, "no"])
def test_an_address_that_the_issuer_has_not_verified_is_not_handed_on(verify, verified):
    assert verify(KEYCLOAK, token(KEYCLOAK, email_verified=verified)).email == ""
    keeping = ("[[issuer]]", '[[issuer]]\nunverified_email = "keep"')
    assert verify(KEYCLOAK, token(KEYCLOAK, email_verified=verified), keeping).email == "renee@example.test"
    with pytest.raises(UnverifiedEmail):
        verify(GOOGLE, token(GOOGLE, email_verified=verified))


@pytest.mark.parametrize("verified", [True, "true", None])
def test_an_address_is_handed_on_if_it_is_verified_or_the_issuer_says_nothing(verify, verified):
    assert verify(GOOGLE, token(GOOGLE, email_verified=verified)).email == "alice@example.com"


def test_a_namespaced_address_has_its_verification_beside_it(verify):
    changes = {"https://shop.example/email_verified": False}
    assert verify(AUTH0, token(AUTH0, **changes)).email == ""


def test_an_unverified_address_is_neither_a_user_id_nor_a_name_nor_a_role(verify):
    """Anybody can sign up at an issuer with anybody's address."""
    dropping = ('unverified_email = "refuse"', "")
    assert verify(GOOGLE, token(GOOGLE, email_verified=False), dropping).username == ""
    as_role = (re.findall("(?s)unverified_email.*", ENTRIES[GOOGLE])[0],
               'roles = { claims = "email", map = { "alice@example.com" = "admin" } }')  # fmt: skip
    assert verify(GOOGLE, token(GOOGLE), as_role).roles == ("admin",)
    assert verify(GOOGLE, token(GOOGLE, email_verified=False), as_role).roles == ()
    fields = re.findall('(?s)claims = .*?unverified_email = "refuse"', ENTRIES[GOOGLE])[0]
    as_id = (fields, 'claims = { user_id = "email" }')
    assert verify(GOOGLE, token(GOOGLE), as_id).user_id == f"{GOOGLE}|alice@example.com"
    with pytest.raises(TokenInvalid):
        verify(GOOGLE, token(GOOGLE, email_verified=False), as_id)


@pytest.mark.parametrize("spelling", ["boss@x.example", " Boss@X.example "])
def test_an_unverified_address_counts_under_no_other_claim_either(verify, spelling):
    """Keycloak and others let people sign in with their address, and then repeat it as ``preferred_username``."""
    claimed = {"email": "boss@x.example", "preferred_username": spelling}
    assert verify(KEYCLOAK, token(KEYCLOAK, **claimed, email_verified=True)).username == spelling
    assert verify(KEYCLOAK, token(KEYCLOAK, **claimed, email_verified=False)).username == ""
    other = verify(KEYCLOAK, token(KEYCLOAK, **{**claimed, "preferred_username": "boss"}, email_verified=False))
    assert (other.username, other.email) == ("boss", "")


@pytest.mark.parametrize("typ", ["logout+jwt", "rt+jwt", "edge+jwt", "dpop+jwt", "refresh", "ID", 5, ["JWT"]])
def test_a_header_that_names_another_kind_is_refused(verify, typ):
    with pytest.raises(WrongTokenKind):
        verify(AUTH0, token(AUTH0, {"typ": typ}))


@pytest.mark.parametrize("typ", ["jwt", "at+jwt", "application/at+jwt", "AT+JWT", None])
def test_a_header_of_an_access_token_is_accepted(verify, typ):
    assert verify(AUTH0, token(AUTH0, {"typ": typ})).username == "alice"


OPAQUE = {
    "Google's access token": "ya29.a0AfB_byC3yq-0example-of-an-access-token_aCgYKAZ4SARASFQHGX2Mi",
    "GitHub's token": "gho_16C7e42F292c6912E7710c838347Ae178B4a",
    "GitHub's fine-grained token": "github_pat_11ABCDEFG0example_0123456789abcdefghijklmnopqrstuvwxyz",
    "a reference token": "9c8d1a62-4f5e-4a0f-8d7f-2b1b9a3d6c11",
    "Auth0's encrypted token": f"{base64.urlsafe_b64encode(b'{}').decode().rstrip('=')}..aXY.dGV4dA.dGFn",
}


@pytest.mark.parametrize("opaque", OPAQUE.values(), ids=OPAQUE.keys())
def test_an_opaque_token_is_called_one(verify, opaque):
    with pytest.raises(TokenOpaque) as refusal:
        verify(GOOGLE, opaque)
    assert refusal.value.code == "token_opaque"
    assert opaque not in str(refusal.value)
