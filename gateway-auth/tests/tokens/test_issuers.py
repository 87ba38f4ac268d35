"""The file of trusted issuers is read strictly: a mistake stops the start with one line."""

import json
import time
from dataclasses import replace
from urllib.parse import unquote

import pytest

from gateway_auth.tokens.issuers import trusted_issuers
from gateway_auth.tokens.key_source import FetchedKeys, FixedKeys
from gateway_auth.tokens.verifier import TokenVerifier
from vf_runtime import SettingError
from vf_tokens import key_set_document

from ..builders import ISSUER, bearer, connect, head, settings, signing_key, token, verified

KEY = signing_key(3)


@pytest.fixture
def issuers_file(tmp_path):
    """Writes an issuers file with that text; ``{keys}`` stands for a file with a key set."""
    keys = tmp_path / "keys.json"
    keys.write_text(json.dumps(key_set_document([KEY])))

    def write(text: str) -> str:
        path = tmp_path / "issuers.toml"
        path.write_text(text.replace("{keys}", str(keys)))
        return str(path)

    return write


@pytest.fixture
def read(issuers_file):
    """Reads an issuers file with that text."""
    return lambda text: trusted_issuers(settings(VF_ISSUERS_FILE=issuers_file(text)), lambda: None)


KEYCLOAK = """
[[issuer]]
issuer = "https://keycloak.test/realms/a"
audience = "vf-services"
jwks_file = "{keys}"
algorithms = ["ES256"]
longest_lifetime = 900
types = ["JWT"]
[issuer.claims]
username = "preferred_username"
roles = "realm_access.roles"
"""


def test_without_a_file_ours_is_the_only_issuer():
    (ours,) = trusted_issuers(settings(), lambda: None)
    assert (ours.policy.issuer, ours.prefix) == (ISSUER, "")
    assert isinstance(ours.source, FixedKeys)


def test_without_a_shared_secret_our_keys_are_fetched():
    (ours,) = trusted_issuers(settings(VF_JWT_SECRET="", VF_JWKS_URL="https://id.test/jwks.json"), lambda: None)
    assert isinstance(ours.source, FetchedKeys)
    assert ours.source.url == "https://id.test/jwks.json"


def keycloak_token() -> str:
    now = int(time.time())
    claims = {
        "iss": "https://keycloak.test/realms/a",
        "aud": ["account", "vf-services"],
        "sub": "f:1",
        "preferred_username": "alice",
        "realm_access": {"roles": ["operator"]},
        "iat": now - 5,
        "exp": now + 60,
    }
    return KEY.sign({"typ": "JWT"}, claims)


def test_a_keycloak_token_is_read_by_its_mapping(read):
    verifier = TokenVerifier(read(KEYCLOAK), 100_000)
    identity = verified(verifier, keycloak_token().encode(), int(time.time())).access.identity
    assert identity.user_id == "https://keycloak.test/realms/a|f:1"
    assert (identity.username, identity.roles, identity.session_id) == ("alice", ("operator",), "")


@pytest.mark.parametrize(("ours", "status"), [("", 200), ("off", 401)])
async def test_switched_off_our_own_issuer_is_as_strange_as_any_and_a_listed_one_is_not(
    issuers_file, start_edge, ours, status
):
    secret = {"VF_JWT_SECRET": ""} if ours == "off" else {}
    edge = await start_edge(VF_ISSUERS_FILE=issuers_file(KEYCLOAK), VF_JWT_ISSUER=ours, **secret)
    client = await connect(edge.server.port)
    answer = await client.ask(head(bearer(token())))
    assert answer.status == status
    listed = await client.ask(head(bearer(keycloak_token())))
    assert listed.status == 200
    assert unquote(listed.identity["x-user-id"]) == "https://keycloak.test/realms/a|f:1"
    nobody = await client.ask(head(bearer(token(key=signing_key(5)))))
    assert nobody.status == 401
    client.close()


def test_a_prefix_can_be_chosen(read):
    assert read(KEYCLOAK.replace("types", 'prefix = "kc:"\ntypes'))[1].prefix == "kc:"


def test_a_lone_foreign_issuer_needs_no_prefix(issuers_file):
    file = issuers_file(KEYCLOAK.replace("types", 'prefix = ""\ntypes'))
    (alone,) = trusted_issuers(settings(VF_ISSUERS_FILE=file, VF_JWT_ISSUER="off", VF_JWT_SECRET=""), lambda: None)
    assert alone.prefix == ""


ENTRY = '[[issuer]]\nissuer = "https://a.test"\naudience = "x"\n'
FILE = ENTRY + 'jwks_file = "{keys}"\n'
OTHER = FILE.replace("https://a.test", "https://b.test")
WRONG = {
    "no TOML": "issuer = [",
    "nothing": "",
    "a table that is none": "issuer = 5",
    "strings instead of tables": 'issuer = ["https://a.test"]',
    "something beside the issuers": 'other = 1\n[[issuer]]\nissuer = "a"',
    "no issuer": '[[issuer]]\naudience = "x"\njwks_file = "{keys}"',
    "an empty issuer": FILE.replace("https://a.test", ""),
    "no audience": '[[issuer]]\nissuer = "https://a.test"\njwks_file = "{keys}"',
    "no keys": ENTRY,
    "two kinds of keys": FILE + 'jwks_url = "https://a.test/jwks.json"',
    "a key file that is not there": ENTRY + 'jwks_file = "/does/not/exist"',
    "a key file that is no key set": ENTRY + 'jwks_file = "/dev/null"',
    "a key address that is none": ENTRY + 'jwks_url = "a.test/jwks.json"',
    "a key address of another scheme": ENTRY + 'jwks_url = "file:///etc/passwd"',
    "an unknown field": FILE + 'jwks = "x"',
    "an unknown algorithm": FILE + 'algorithms = ["ES512"]',
    "a shared secret's algorithm": FILE + 'algorithms = ["HS256"]',
    "no algorithm at all": FILE + "algorithms = []",
    "an algorithm that is a number": FILE + "algorithms = [256]",
    "an algorithm that is a list": FILE + 'algorithms = [["ES256"]]',
    "algorithms that are a string": FILE + 'algorithms = "ES256"',
    "a type that is a number": FILE + "types = [1]",
    "a lifetime that is a string": FILE + 'longest_lifetime = "900"',
    "a lifetime that is true": FILE + "longest_lifetime = true",
    "a lifetime of nothing": FILE + "longest_lifetime = 0",
    "a negative lifetime": FILE + "longest_lifetime = -5",
    "a lifetime of years": FILE + "longest_lifetime = 100000000",
    "an unknown claim": FILE + '[issuer.claims]\nname = "x"',
    "a claim that is a number": FILE + "[issuer.claims]\nroles = 5",
    "an issuer named twice": FILE + FILE,
    "our own issuer": FILE.replace("https://a.test", ISSUER),
    "an empty prefix, which is ours": FILE + 'prefix = ""',
    "the prefix of our own users' ids": FILE + 'prefix = "usr_"',
    "a prefix that begins our users' ids": FILE + 'prefix = "u"',
    "a prefix that our users' ids may begin with": FILE + 'prefix = "usr_a"',
    "the prefix of our own sessions": FILE + 'prefix = "ses_"',
    "a prefix of two issuers": FILE + 'prefix = "a:"\n' + OTHER + 'prefix = "a:"',
    "a prefix that begins another": FILE + 'prefix = "a"\n' + OTHER + 'prefix = "ab"',
}


MESSAGES = {
    "a misspelt field": (
        FILE + 'audence = "x"',
        "[[issuer]] number 1 ('https://a.test'): unknown field 'audence': did you mean 'audience'?",
    ),
    "a field in capitals": (FILE + 'Types = ["JWT"]', "unknown field 'Types': did you mean 'types'?"),
    "a field of its own": (FILE + "colour = 1", "unknown field 'colour'; the fields are issuer, audience, jwks_url"),
    "an audience that is a number": (
        FILE.replace('"x"', "5"),
        "field 'audience' must be a string, or a list of at least one; it is a whole number",
    ),
    "no audience in the list": (
        FILE.replace('"x"', "[]"),
        "field 'audience' must be a string, or a list of at least one",
    ),
    "an audience in the list that is a number": (FILE.replace('"x"', '["x", 5]'), "field 'audience' must be a string"),
    "the second entry": (FILE + OTHER + "types = 5", "[[issuer]] number 2 ('https://b.test'): field 'types' must be"),
    "a misspelt claim": (
        FILE + 'claims = { user_name = "x" }',
        "unknown field 'claims.user_name': did you mean 'username'?",
    ),
    "two claims of names": (FILE + 'claims = { username = ["a"] }', "field 'claims.username' must be a string"),
    "a misspelt rule of roles": (FILE + 'roles = { onyl = ["a"] }', "unknown field 'roles.onyl': did you mean 'only'?"),
    "roles that are a string": (FILE + 'roles = "groups"', "field 'roles' must be a table"),
    "roles named twice": (
        FILE + 'claims = { roles = "a" }\nroles = { claims = "b" }',
        "'claims.roles' and 'roles.claims' both name the claims with the roles",
    ),
    "a role too long to be one": (
        FILE + f'roles = {{ only = ["{"g" * 65}"] }}',
        "field 'roles.only' names a role that",
    ),
    "a role with a comma": (
        FILE + 'roles = { map = { a = "b,c" } }',
        "field 'roles.map' names a role that cannot be one",
    ),
    "a constant role that is empty": (
        FILE + 'roles = { always = [""] }',
        "field 'roles.always' must be a list of strings",
    ),
    "a constant role of two lines": (FILE + 'roles = { always = ["a\\nb"] }', "field 'roles.always' names a role that"),
    "a map of numbers": (FILE + "roles = { map = { a = 1 } }", "field 'roles.map' must be a table of strings"),
    "a name with dots without quotes": (FILE + 'roles.map.a.b = "c"', "(put names with dots in quotes)"),
    "more roles than fit": (FILE + "roles = { most = 65 }", "field 'roles.most' must be from 1 to 64"),
    "no role at all": (FILE + "roles = { most = 0 }", "field 'roles.most' must be from 1 to 64"),
    "a bound that is true": (
        FILE + "roles = { most = true }",
        "field 'roles.most' must be a whole number; it is a boolean",
    ),
    "a condition that nothing meets": (
        FILE + "require = { a = [] }",
        "field 'require.a' must be a string, a whole number",
    ),
    "a condition that is a float": (FILE + "require = { a = 1.5 }", "field 'require.a' must be"),
    "a condition with dots without quotes": (FILE + 'require.a.b = "c"', "(put claims with dots in quotes)"),
    "an unknown way with unverified addresses": (
        FILE + 'unverified_email = "ignore"',
        "field 'unverified_email' must be one of drop, refuse, keep",
    ),
    "an algorithm": (
        FILE + 'algorithms = ["ES512"]',
        "number 1 ('https://a.test'): field 'algorithms' must name some of",
    ),
    "a key file": (ENTRY + 'jwks_file = "/dev/null"', "field 'jwks_file': the document is not JSON"),
}


@pytest.mark.parametrize(("text", "message"), MESSAGES.values(), ids=MESSAGES.keys())
def test_the_message_names_the_entry_the_field_and_what_it_must_be_for(read, text, message):
    with pytest.raises(SettingError) as refusal:
        read(text)
    assert message in str(refusal.value)
    assert str(refusal.value).startswith("VF_ISSUERS_FILE: ")
    assert len(str(refusal.value).splitlines()) == 1


@pytest.mark.parametrize("text", WRONG.values(), ids=WRONG.keys())
def test_the_start_is_refused_with(read, text):
    with pytest.raises(SettingError) as refusal:
        read(text)
    assert "VF_ISSUERS_FILE" in str(refusal.value)
    assert len(str(refusal.value).splitlines()) == 1


def test_a_file_that_is_not_there_is_named():
    with pytest.raises(SettingError, match="/does/not/exist"):
        trusted_issuers(settings(VF_ISSUERS_FILE="/does/not/exist"), lambda: None)


PUBLISHED = """
[[issuer]]
issuer = "https://keycloak.test/realms/a"
audience = "vf-services"
jwks_url = "{url}"
"""
INTERNAL = [
    "http://keycloak:8080/certs",
    "http://keycloak.auth.svc:8080/certs",
    "http://keycloak.auth.svc.cluster.local/certs",
    "http://10.0.0.5/certs",
    "http://[::1]:8080/certs",
    "http://127.0.0.1/certs",
]
PUBLIC = [
    "http://keycloak.test/certs",
    "http://localhost.evil.test/certs",
    "http://8.8.8.8/",
]


def in_production(text, issuers_file):
    found = replace(settings(VF_ISSUERS_FILE=issuers_file(text)), production=True)
    return trusted_issuers(found, lambda: None)


@pytest.mark.parametrize("url", PUBLIC)
def test_in_production_keys_are_not_fetched_from_a_public_host_without_tls(url, issuers_file):
    """Who can change the answer on its way could be every user of the issuer."""
    with pytest.raises(SettingError, match="jwks_url must begin with https:// in production"):
        in_production(PUBLISHED.replace("{url}", url), issuers_file)


@pytest.mark.parametrize("url", [*INTERNAL, "https://keycloak.test/certs"])
def test_in_production_keys_are_fetched_from_internal_hosts_and_with_tls(url, issuers_file):
    assert len(in_production(PUBLISHED.replace("{url}", url), issuers_file)) == 2


@pytest.mark.parametrize("url", PUBLIC)
def test_in_development_plain_http_is_enough(url, read):
    assert len(read(PUBLISHED.replace("{url}", url))) == 2
