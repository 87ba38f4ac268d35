"""The token endpoint reads forms strictly, and answers as RFC 6749 and RFC 8414 say."""

import base64
import json
from urllib.parse import quote_plus, urlencode

import pytest
from identity_provider.programs.secret_form import CLIENT, PERSONAL, new_secret
from tests.programs.conftest import ACCESS_TOKEN_TYPE, FORM, TOKEN, TOKEN_EXCHANGE

pytestmark = pytest.mark.django_db

EXCHANGE = {
    "grant_type": TOKEN_EXCHANGE,
    "subject_token": new_secret(PERSONAL),
    "subject_token_type": ACCESS_TOKEN_TYPE,
}
CREDENTIALS = {"grant_type": "client_credentials", "client_id": "svc_" + "0" * 24, "client_secret": new_secret(CLIENT)}


def basic(client_id, secret):
    pair = f"{quote_plus(client_id)}:{quote_plus(secret)}"
    return {"HTTP_AUTHORIZATION": f"Basic {base64.b64encode(pair.encode()).decode()}"}


MALFORMED = {
    "nothing": ("", {}, "invalid_request"),
    "no grant": (urlencode({"scope": "operator"}), {}, "invalid_request"),
    "another grant": (urlencode({"grant_type": "password"}), {}, "unsupported_grant_type"),
    "the authorization code grant": (
        urlencode({"grant_type": "authorization_code", "code": "x"}),
        {},
        "unsupported_grant_type",
    ),
    "a repeated grant": (
        "grant_type=client_credentials&" + urlencode(EXCHANGE),
        {},
        "invalid_request",
    ),
    "a repeated secret": (urlencode(CREDENTIALS) + "&client_secret=x", {}, "invalid_request"),
    "a token of another type": (
        urlencode({**EXCHANGE, "subject_token_type": "urn:ietf:params:oauth:token-type:jwt"}),
        {},
        "invalid_request",
    ),
    "no subject": (
        urlencode({"grant_type": TOKEN_EXCHANGE, "subject_token_type": ACCESS_TOKEN_TYPE}),
        {},
        "invalid_request",
    ),
    "a token beside a client": (urlencode(EXCHANGE), basic("svc_x", "y"), "invalid_request"),
    "a client in both ways": (
        urlencode(CREDENTIALS),
        basic(CREDENTIALS["client_id"], CREDENTIALS["client_secret"]),
        "invalid_request",
    ),
    "a client that is another one in the form": (
        urlencode({"grant_type": "client_credentials", "client_id": "svc_other"}),
        basic("svc_x", "y"),
        "invalid_request",
    ),
    "a bearer token": (
        urlencode({"grant_type": "client_credentials"}),
        {"HTTP_AUTHORIZATION": "Bearer x"},
        "invalid_request",
    ),
    "two spaces between scopes": (urlencode({**EXCHANGE, "scope": "a  b"}), {}, "invalid_request"),
    "more scopes than roles can be": (urlencode({**EXCHANGE, "scope": "a " * 64 + "a"}), {}, "invalid_request"),
    "another charset": (b"grant_type=%ff", {}, "invalid_request"),
}


@pytest.mark.parametrize("case", MALFORMED)
def test_a_malformed_request_is_400_in_the_form_of_the_standard(client, log_lines, case):
    body, headers, error = MALFORMED[case]
    answer = client.post(TOKEN, body, content_type=FORM, **headers)
    assert (answer.status_code, answer.json()["error"]) == (400, error)
    assert answer["Content-Type"] == "application/json"
    assert answer["Cache-Control"] == "no-store"
    assert len(answer.json()["error_description"]) > 20
    assert [line["event"] for line in log_lines if "refused" in line["event"]] == ["program_token_refused"]


@pytest.mark.parametrize("content_type", ["application/json", "multipart/form-data; boundary=x", "text/plain"])
def test_only_a_form_is_read(client, content_type):
    answer = client.post(TOKEN, '{"grant_type": "client_credentials"}', content_type=content_type)
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")
    assert "application/x-www-form-urlencoded" in answer.json()["error_description"]


def test_what_stands_in_the_query_is_not_read(client, service_account):
    new = service_account()
    form = {"grant_type": "client_credentials", "client_id": new.account.pk, "client_secret": new.secret}
    answer = client.post(f"{TOKEN}?{urlencode(form)}", "", content_type=FORM)
    assert answer.json()["error"] == "invalid_request"


@pytest.mark.parametrize(
    "authorization",
    ["Basic", "Basic ", "Basic !!!", "Basic " + base64.b64encode(b"\xff\xfe").decode(), "Basic eDp5, Basic eDp5"],
)
def test_a_malformed_authorization_is_an_unknown_client(client, authorization):
    answer = client.post(
        TOKEN, urlencode({"grant_type": "client_credentials"}), content_type=FORM, HTTP_AUTHORIZATION=authorization
    )
    assert answer.json()["error"] in ("invalid_client", "invalid_request")
    assert answer.status_code in (400, 401)


def test_an_unknown_client_and_a_wrong_secret_get_one_answer_with_a_challenge(client, service_account):
    new = service_account()
    answers = []
    for client_id, secret in (
        (new.account.pk, new_secret(CLIENT)),
        ("svc_" + "0" * 24, new.secret),
        ("svc_" + "0" * 24, "wrong"),
        ("", ""),
        ("\0", "\0"),
    ):
        form = urlencode({"grant_type": "client_credentials"})
        answers.append(client.post(TOKEN, form, content_type=FORM, **basic(client_id, secret)))
    assert {(answer.status_code, answer.content, answer["WWW-Authenticate"]) for answer in answers} == {
        (401, answers[0].content, 'Basic realm="vf", charset="UTF-8"')
    }
    assert answers[0].json()["error"] == "invalid_client"


@pytest.mark.parametrize("method", ["get", "put", "delete", "patch"])
def test_only_post_is_allowed(client, method):
    assert getattr(client, method)(TOKEN).status_code == 405


def test_a_page_of_another_site_is_refused(client):
    answer = client.post(TOKEN, urlencode(EXCHANGE), content_type=FORM, HTTP_SEC_FETCH_SITE="cross-site")
    assert (answer.status_code, answer.json()["code"]) == (403, "cross_site_request")


def test_the_metadata_says_what_is_true(client, identity):
    answer = client.get("/.well-known/oauth-authorization-server")
    document = answer.json()
    assert document["issuer"] == identity.signing.policy.issuer
    assert client.get(document["jwks_uri"].partition(":8443")[2]).json()["keys"]
    path = document["token_endpoint"].partition(":8443")[2]
    for grant in document["grant_types_supported"]:
        refusal = client.post(path, urlencode({"grant_type": grant}), content_type=FORM).json()["error"]
        assert refusal != "unsupported_grant_type"
    assert document["response_types_supported"] == []
    assert document["token_endpoint_auth_methods_supported"] == ["client_secret_basic", "client_secret_post", "none"]
    assert "authorization_endpoint" not in document
    assert answer["Cache-Control"] == "public, max-age=300"


def test_the_metadata_does_not_depend_on_the_host_that_was_asked(client):
    asked = client.get("/.well-known/oauth-authorization-server", headers={"Host": "identity.vfservices.localhost"})
    assert asked.json()["token_endpoint"] == "https://vfservices.localhost:8443/api/v1/auth/token/"


@pytest.mark.parametrize("path", ["/api/auth/login/", "/api/auth/refresh/"])
def test_no_access_token_for_a_password_where_the_setting_is_off(client, alice, sign_in, configure, path):
    configure(password_tokens=False)
    body = {"username": "alice", "password": "correct horse 7", "include_token": True}
    answer = client.post(path, body, format="json")
    assert (answer.status_code, answer.json()["code"]) == (403, "password_tokens_off")
    assert not answer.cookies
    assert "access_token" not in client.post(path, body, format="json", HTTP_SEC_FETCH_SITE="same-origin").json()


def test_the_access_token_names_the_program(exchange, client_credentials, personal_token, service_account):
    """RFC 9068 §2.2."""
    created = personal_token()
    account = service_account()
    for answer, client_id in [
        (exchange(created.secret), created.token.pk),
        (client_credentials(account.account.pk, account.secret), account.account.pk),
    ]:
        payload = answer.json()["access_token"].split(".")[1]
        assert json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))["client_id"] == client_id
