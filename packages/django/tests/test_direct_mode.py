"""A service without the gateway. Hostile rows 14 to 26 and 31, as far as a service meets them."""

import base64
import json
import time

import pytest
from corsheaders.defaults import default_headers
from django.core.exceptions import ImproperlyConfigured
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from vf_django import key_sources, verifiers
from vf_django.bearer import AmbiguousCredential, MalformedCredential, read_credential
from vf_tokens import AccessPolicy, Identity, access, generate_pem, signing_key_from_pem, signing_key_from_secret

SECRET = "a shared secret of more than thirty-two bytes"
KEY = signing_key_from_secret(SECRET)
POLICY = AccessPolicy(issuer="https://vf.example")
ANN = Identity("usr_1", "ann", "ann@example.test", ("clerk",), "ses_1")


@pytest.fixture(autouse=True)
def direct_mode(settings):
    settings.INSTALLED_APPS = ["corsheaders", *settings.INSTALLED_APPS]
    settings.MIDDLEWARE = [
        "vf_django.middleware.RequestContextMiddleware",
        "corsheaders.middleware.CorsMiddleware",
        "vf_django.middleware.JWTAuthenticationMiddleware",
    ]
    settings.CORS_ALLOWED_ORIGINS = ["https://page.example"]
    settings.CORS_ALLOW_HEADERS = default_headers
    settings.CORS_ALLOW_CREDENTIALS = True
    settings.VF_DIRECT = {
        "ISSUER": "https://vf.example",
        "SECRET": SECRET,
        "ALLOWED_ORIGINS": ("https://page.example",),
    }


def token(key=KEY, policy=POLICY, identity=ANN, *, age: int = 0, lifetime: int = 300) -> str:
    return access.mint(key, policy, identity, token_id="tok_1", issued_at=int(time.time()) - age, lifetime=lifetime)


def signed(header: dict | None = None, **claims: object) -> str:
    """A token of ours with some claims changed, and removed where they are None."""
    now = int(time.time())
    payload = {
        "iss": "https://vf.example",
        "aud": "vf-services",
        "sub": "usr_1",
        "username": "ann",
        "email": "a@b.test",
    }
    payload |= {"roles": [], "sid": "ses_1", "jti": "t", "iat": now, "exp": now + 300, "use": "access"} | claims
    payload = {name: value for name, value in payload.items() if value is not None}
    return KEY.sign({"typ": "at+jwt", **(header or {})}, payload)


def raw(header: object, payload: object, signature: bytes = b"") -> str:
    parts = (json.dumps(header).encode(), json.dumps(payload).encode(), signature)
    return ".".join(base64.urlsafe_b64encode(part).rstrip(b"=").decode() for part in parts)


def bearer(value: str) -> dict[str, str]:
    return {"HTTP_AUTHORIZATION": f"Bearer {value}"}


def cookie(*pairs: str) -> dict[str, str]:
    return {"HTTP_COOKIE": "; ".join(pairs)}


def test_no_cache_may_keep_what_a_token_was_answered(client):
    assert client.get("/whoami", **bearer(token()))["Cache-Control"] == "no-store, private"
    assert "Cache-Control" not in client.get("/open")


ACCEPTED = {
    "a bearer": lambda: bearer(token()),
    "a bearer in another letter case": lambda: {"HTTP_AUTHORIZATION": f"bEARER {token()}"},
    "the cookie": lambda: cookie(f"jwt={token()}"),
    "the cookie for scripts": lambda: cookie("theme=dark", f"jwt_token={token()}"),
    "a good bearer beside a bad cookie": lambda: bearer(token()) | cookie("jwt=bad"),
    "the first cookie before the second": lambda: cookie("jwt_token=bad", f"jwt={token()}"),
}


@pytest.mark.parametrize("credential", ACCEPTED.values(), ids=ACCEPTED.keys())
def test_a_good_credential_is_the_user(client, credential):
    answer = client.get("/whoami", **credential())
    assert (answer.status_code, answer.json().get("id")) == (200, "usr_1")


ABSENT = {
    "nothing": {},
    "other cookies": cookie("theme=dark", "jwtx=1", "xjwt=1"),
    "a cookie with a Unicode space before its name": {"HTTP_COOKIE": "\u2000jwt=x".encode().decode("latin-1")},
    "a cookie with a tab before its name": {"HTTP_COOKIE": "\tjwt=x"},
    "a cookie with a space after its name": {"HTTP_COOKIE": "jwt =x"},
    "forged identity headers": {"HTTP_X_USER_ID": "usr_1", "HTTP_X_USER_ROLES": "admin"},
}


@pytest.mark.parametrize("environ", ABSENT.values(), ids=ABSENT.keys())
def test_no_credential_is_nobody(client, environ):
    assert client.get("/open", **environ).json()["is_authenticated"] is False
    answer = client.get("/whoami", **environ)
    assert (answer.status_code, answer["WWW-Authenticate"]) == (401, 'Bearer realm="vf"')


BAD = {
    "a bad bearer beside a good cookie": lambda: bearer("b.a.d") | cookie(f"jwt={token()}"),
    "a bad first cookie beside a good second": lambda: cookie("jwt=bad", f"jwt_token={token()}"),
    "an empty cookie": lambda: cookie("jwt="),
    "a cookie of rubbish": lambda: {"HTTP_COOKIE": "jwt=%%%\xff"},
    "an empty Authorization": lambda: {"HTTP_AUTHORIZATION": ""},
    "a bearer without a token": lambda: {"HTTP_AUTHORIZATION": "Bearer"},
    "a bearer of two words": lambda: {"HTTP_AUTHORIZATION": "Bearer a b"},
    "two spaces": lambda: {"HTTP_AUTHORIZATION": f"Bearer  {token()}"},
    "a trailing space": lambda: {"HTTP_AUTHORIZATION": f"Bearer {token()} "},
    "another scheme": lambda: {"HTTP_AUTHORIZATION": "Basic YTpi"},
    "two Authorization headers, joined": lambda: {"HTTP_AUTHORIZATION": f"Bearer {token()},Bearer {token()}"},
    "non-ASCII": lambda: bearer("caf\xe9"),
    "a token of 40 KB": lambda: bearer("a" * 40_000),
    "a token with another key": lambda: bearer(token(signing_key_from_secret("another secret of thirty-two bytes"))),
    "alg none": lambda: bearer(raw({"typ": "at+jwt", "alg": "none", "kid": KEY.kid}, {"sub": "usr_1"}, b"x")),
    "alg nOnE": lambda: bearer(raw({"typ": "at+jwt", "alg": "nOnE", "kid": KEY.kid}, {"sub": "usr_1"}, b"x")),
    "no signature": lambda: bearer(token().rpartition(".")[0] + "."),
    "padding": lambda: bearer(token() + "="),
    "a cookie of five parts": lambda: cookie(f"jwt={token()}.a.b"),
    "a kid that is a path": lambda: bearer(raw({"alg": "HS256", "typ": "at+jwt", "kid": "../../etc/passwd"}, {}, b"x")),
    "a kid that is a list": lambda: bearer(raw({"alg": "HS256", "typ": "at+jwt", "kid": ["a"]}, {}, b"x")),
    "a critical extension": lambda: bearer(signed({"crit": ["b64"]})),
    "another type": lambda: bearer(signed({"typ": "edge+jwt"})),
    "another use": lambda: bearer(signed(use="refresh")),
    "no exp": lambda: bearer(signed(exp=None)),
    "exp as a string": lambda: bearer(signed(exp=str(int(time.time()) + 60))),
    "exp as a float": lambda: bearer(signed(exp=time.time() + 60)),
    "exp at 1e300": lambda: bearer(signed(exp=1e300)),
    "a lifetime past the policy": lambda: bearer(signed(exp=int(time.time()) + 90_000)),
    "iat ahead of the skew": lambda: bearer(token(age=-60)),
    "nbf ahead of the skew": lambda: bearer(signed(nbf=int(time.time()) + 60)),
    "another issuer": lambda: bearer(signed(iss="https://evil.test")),
    "no issuer": lambda: bearer(signed(iss=None)),
    "another audience": lambda: bearer(signed(aud="others")),
    "a list of audiences": lambda: bearer(signed(aud=["vf-services"])),
    "an empty subject": lambda: bearer(signed(sub="")),
    "a number for a subject": lambda: bearer(signed(sub=1)),
    "a line end in the subject": lambda: bearer(signed(sub="usr_1\n")),
    "a very long subject": lambda: bearer(signed(sub="u" * 1000)),
    "claims nested 200 deep": lambda: bearer(signed(deep=json.loads("[" * 200 + "]" * 200), sub="")),
}


@pytest.mark.parametrize("credential", BAD.values(), ids=BAD.keys())
@pytest.mark.parametrize("path", ["/whoami", "/open"])
def test_a_bad_credential_is_refused_even_where_nobody_may_enter(client, log_lines, credential, path):
    answer = client.get(path, **credential())
    assert (answer.status_code, answer.json()["code"]) == (401, "token_invalid")
    assert answer["Content-Type"] == "application/problem+json"
    assert answer["WWW-Authenticate"] == 'Bearer realm="vf", error="invalid_token"'


OPAQUE = ["gho_16C7e42F292c6912E7710c838347Ae178B4a", "ya29.a0AfB_byC3yq-0example", token() + ".a.b"]


@pytest.mark.parametrize("opaque", OPAQUE, ids=["GitHub's", "Google's", "five parts"])
def test_a_bearer_that_is_no_signed_jwt_is_called_opaque(client, log_lines, opaque):
    answer = client.get("/whoami", **bearer(opaque))
    assert (answer.status_code, answer.json()["code"]) == (401, "token_opaque")
    assert "not a signed JWT" in answer.json()["detail"]
    assert answer["WWW-Authenticate"] == 'Bearer realm="vf", error="invalid_token"'
    assert log_lines().count("credential_refused") == 1


def test_an_expired_token_says_so(client):
    answer = client.get("/open", **bearer(token(age=301)))
    assert (answer.status_code, answer.json()["code"]) == (401, "token_expired")


@pytest.mark.parametrize("names", [("jwt", "jwt"), ("jwt_token", "jwt_token"), ("jwt", "jwt_token", "jwt_token")])
def test_two_cookies_of_one_name_are_ambiguous(client, names):
    answer = client.get("/open", **cookie(*(f"{name}={token()}" for name in names)))
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_request")


def test_the_prefix_is_part_of_the_names_that_are_read(client, settings):
    settings.VF_DIRECT = settings.VF_DIRECT | {"COOKIE_PREFIX": "stg_"}
    others = ("jwt=a.b.c", "jwt=d.e.f", "jwt_token=x")
    assert client.get("/whoami", **cookie(*others)).status_code == client.get("/whoami").status_code != 200
    for name in ("stg_jwt", "stg_jwt_token"):
        assert client.get("/whoami", **cookie(*others, f"{name}={token()}")).status_code == 200
    answer = client.get("/open", **cookie("stg_jwt=a.b.c", "stg_jwt=d.e.f"))
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_request")


def test_a_refusal_shows_nothing_of_the_token(client, log_lines):
    value = token(age=301)
    answer = client.get("/open", **bearer(value))
    for part in value.split("."):
        assert part not in answer.content.decode()
        assert part not in log_lines()


@pytest.mark.parametrize("lines", ["jwt={0}; x=1,jwt={1}", "jwt={0}; x=1, jwt={1}", "x=1, jwt={0}"])
def test_a_cookie_in_two_lines_which_the_server_joins_is_refused_as_two_cookies_are(client, lines):
    header = lines.format(token(), token())
    assert (
        client.get("/open", **cookie(header)).status_code
        == client.get("/open", **cookie(f"jwt={token()}; jwt={token()}")).status_code
    )
    assert client.get("/open", **cookie(header)).status_code != 200


CROSS_SITE = {
    "a form of another site": ({"HTTP_SEC_FETCH_SITE": "cross-site", "HTTP_ORIGIN": "https://evil.test"}, 403),
    "another origin and no Sec-Fetch-Site": ({"HTTP_ORIGIN": "https://evil.test"}, 403),
    "a sandboxed page": ({"HTTP_ORIGIN": "null"}, 403),
    "a sibling site": ({"HTTP_SEC_FETCH_SITE": "same-site"}, 403),
    "an allowed page": ({"HTTP_SEC_FETCH_SITE": "cross-site", "HTTP_ORIGIN": "https://page.example"}, 200),
    "the same origin": ({"HTTP_SEC_FETCH_SITE": "same-origin", "HTTP_ORIGIN": "https://other.test"}, 200),
    "no browser": ({}, 200),
}


@pytest.mark.parametrize(("environ", "status"), CROSS_SITE.values(), ids=CROSS_SITE.keys())
def test_a_cookie_is_believed_on_an_unsafe_request_only_from_our_pages(client, environ, status):
    assert client.post("/open", **cookie(f"jwt={token()}"), **environ).status_code == status
    assert client.get("/open", **cookie(f"jwt={token()}"), **environ).status_code == 200
    assert client.post("/open", **bearer(token()), **environ).status_code == 200


def test_a_script_of_an_allowed_page_can_read_a_refusal(client):
    answer = client.get("/whoami", **bearer("bad"), HTTP_ORIGIN="https://page.example")
    assert (answer.status_code, answer["Access-Control-Allow-Origin"]) == (401, "https://page.example")
    foreign = client.get("/whoami", **bearer("bad"), HTTP_ORIGIN="https://evil.test")
    assert "Access-Control-Allow-Origin" not in foreign


def test_a_preflight_needs_no_credential(client):
    preflight = {"HTTP_ORIGIN": "https://page.example", "HTTP_ACCESS_CONTROL_REQUEST_METHOD": "POST"}
    answer = client.options("/whoami", **preflight)
    assert (answer.status_code, answer["Access-Control-Allow-Origin"]) == (200, "https://page.example")


def test_a_published_key_set_works_as_well(client, settings, tmp_path):
    key = signing_key_from_pem(generate_pem())
    path = tmp_path / "keys.json"
    path.write_text(json.dumps({"keys": [key.public_jwk()]}))
    settings.VF_DIRECT = {"ISSUER": "https://vf.example", "JWKS_FILE": str(path)}
    assert client.get("/whoami", **bearer(token(key))).status_code == 200
    signed_with_public = signing_key_from_secret(json.dumps(key.public_jwk()))
    assert client.get("/whoami", **bearer(token(signed_with_public))).status_code == 401


def test_without_any_key_the_answer_is_try_again_and_never_a_guess(client, settings):
    settings.VF_DIRECT = {"ISSUER": "https://vf.example", "JWKS_URL": "http://127.0.0.1:1/keys"}
    answer = client.get("/open", **bearer(token()))
    assert (answer.status_code, answer.json()["code"], answer["Retry-After"]) == (503, "cannot_decide", "5")


def test_random_key_ids_make_one_outbound_request_more_than_the_first(client, settings, monkeypatch):
    reads = []
    key = signing_key_from_pem(generate_pem())

    def fetch(url: str) -> bytes:
        reads.append(url)
        return json.dumps({"keys": [key.public_jwk()]}).encode()

    monkeypatch.setattr(key_sources, "_fetch", fetch)
    settings.VF_DIRECT = {"ISSUER": "https://vf.example", "JWKS_URL": "http://keys.test/"}
    for number in range(20):
        forged = raw({"alg": "ES256", "typ": "at+jwt", "kid": f"k{number}", "jku": "http://evil.test/"}, {}, b"x")
        assert client.get("/open", **bearer(forged)).status_code == 401
    assert reads == ["http://keys.test/"] * 2
    assert client.get("/whoami", **bearer(token(key))).status_code == 200


BEARERS = st.builds(
    "".join,
    st.tuples(
        st.sampled_from(["Bearer ", "bearer ", "BEARER ", "Bearer", "Bearer  ", "Basic "]),
        st.text("abcXYZ019._~+/-", min_size=1, max_size=40),
        st.sampled_from(["", "", "=", "==", " ", ",", "\n"]),
    ),
)


def test_any_authorization_is_a_credential_or_malformed_and_never_none():
    reached = []

    @given(BEARERS | st.text(max_size=200))
    def holds(value):
        try:
            credential = read_credential({"HTTP_AUTHORIZATION": value, "HTTP_COOKIE": "jwt=other"})
        except MalformedCredential:
            return
        assert credential.token.decode() == value[len("bearer ") :]
        reached.append(value)

    holds()
    assert len(reached) >= 5


@given(st.text(alphabet="jwt_oken=;, \t\xff\u2000a", max_size=60))
def test_any_cookie_header_is_read_without_an_error_of_its_own(header):
    try:
        credential = read_credential({"HTTP_COOKIE": header})
    except AmbiguousCredential:
        return
    names = [pair.removeprefix(" ").partition("=")[0] for pair in header.split(";") if "=" in pair]
    assert (credential is not None) == bool({"jwt", "jwt_token"} & set(names))


def test_a_wrong_setting_stops_the_start(settings):
    settings.VF_DIRECT = {"ISSUER": "https://vf.example"}
    with pytest.raises(Exception, match="exactly one of JWKS_URL, JWKS_FILE and SECRET"):
        Client().get("/open")
    assert verifiers.direct_verifier.cache_info().currsize == 0


WRONG = {
    "one origin that is not in a list": {"ALLOWED_ORIGINS": "https://page.example"},
    "an origin with a slash, which no browser sends": {"ALLOWED_ORIGINS": ["https://page.example/"]},
    "a short secret": {"SECRET": "short"},
    "a cookie prefix that demands Path=/": {"COOKIE_PREFIX": "__Host-"},
    "a cookie prefix with a space": {"COOKIE_PREFIX": "a "},
    "an issuer that is not text": {"ISSUER": 1},
}


@pytest.mark.parametrize("change", WRONG.values(), ids=WRONG.keys())
def test_a_setting_of_another_kind_stops_the_start(settings, change):
    settings.VF_DIRECT = settings.VF_DIRECT | change
    with pytest.raises(ImproperlyConfigured, match=next(iter(change))):
        Client().get("/open")
