"""Signing in with a real OpenID Connect provider."""

import socket
from datetime import UTC, datetime

import pytest
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount, SocialToken
from identity_provider.accounts.models import User
from identity_provider.accounts.services import deactivate, set_roles
from identity_provider.flows.models import FlowState
from identity_provider.mailing.models import Mail
from identity_provider.signin.models import Session
from rest_framework.test import APIClient
from tests.flows.mails import code_in, latest_mail
from tests.providers.conftest import HERE, path_of, query_of
from tests.servers import free_port

pytestmark = pytest.mark.django_db

BEGIN = "/api/auth/flow/provider/company/"


@pytest.fixture(autouse=True)
def in_use(provider):
    pass


def begin(client, **body):
    response = client.post(BEGIN, body, format="json")
    assert response.status_code == 200, response.json()
    return response.json()["url"]


@pytest.fixture
def sign_in_as(client, at_the_provider):
    def go(name, *, using=client, **body):
        return using.get(path_of(at_the_provider(name, begin(using, **body))))

    return go


def problem_of(response):
    assert response.status_code == 302
    assert "jwt" not in response.cookies
    assert not Session.objects.exists()
    return query_of(response["Location"])["problem"]


def test_the_providers_are_listed_without_their_secrets(client):
    assert client.get("/api/auth/providers/").json() == [{"id": "company", "name": "Company"}]


def test_the_request_to_the_provider_has_state_pkce_and_a_fixed_redirect_uri(client, upstream):
    url = begin(client)
    query = query_of(url)
    assert url.startswith(f"{upstream}/identity/o/authorize?")
    assert query["redirect_uri"] == f"{HERE}/api/auth/flow/provider/company/callback/"
    assert (query["response_type"], query["code_challenge_method"]) == ("code", "S256")
    assert set(query["scope"].split()) == {"openid", "profile", "email"}
    assert len(query["state"]) >= 16


def test_a_new_user_gets_an_account_with_the_providers_verified_address(client, sign_in_as):
    done = sign_in_as("vera", next="/billing/?page=2", remember_me=True)
    assert (done.status_code, done["Location"]) == (302, "/billing/?page=2")
    assert done.cookies["jwt"]["max-age"] == 86_400
    user = User.objects.get()
    assert (user.username, user.email, user.roles, user.has_usable_password()) == (
        "vera",
        "vera@example.test",
        [],
        False,
    )
    assert EmailAddress.objects.get().verified
    assert user.closes_at is None
    assert SocialAccount.objects.get().extra_data == {"email": "vera@example.test"}
    assert not SocialToken.objects.exists()
    assert not FlowState.objects.exists()
    assert latest_mail().kind == "provider_connected"


def test_the_second_sign_in_is_to_the_same_account_whatever_its_address_is_by_now(sign_in_as, other_client):
    sign_in_as("vera")
    User.objects.update(email="other@example.test", username="someone")
    assert "jwt" in sign_in_as("vera", using=other_client).cookies
    assert User.objects.count() == 1
    assert Session.objects.count() == 2


def test_roles_given_during_the_sign_in_are_not_written_back(client, sign_in_as, at_the_provider):
    sign_in_as("vera")
    back = at_the_provider("vera", begin(client))
    set_roles(user=User.objects.get(), roles=["customer"])
    client.get(path_of(back))
    assert User.objects.get().roles == ["customer"]


def test_an_address_that_the_provider_has_not_verified_is_a_step(client, sign_in_as):
    done = sign_in_as("ulf", next="/billing/")
    assert query_of(done["Location"]) == {"next": "/billing/", "step": "verify_email"}
    assert not Session.objects.exists()
    code = code_in(Mail.objects.get(kind="verify_email"))
    assert client.post("/api/auth/flow/email/verify/", {"code": code}, format="json").status_code == 200
    assert User.objects.get().closes_at is None


@pytest.mark.parametrize("verified", [True, False])
def test_an_account_with_the_same_address_is_not_joined(sign_in_as, make_user, verified):
    alice = make_user("alice", verified=verified)
    assert problem_of(sign_in_as("alice")) == "email_in_use"
    assert not SocialAccount.objects.exists()
    assert User.objects.get() == alice


def test_an_address_that_nobody_has_verified_tells_nothing_about_an_account(sign_in_as, make_user):
    make_user("other", email="ulf@example.test")
    done = sign_in_as("ulf")
    assert query_of(done["Location"])["step"] == "verify_email"
    assert [(mail.kind, mail.to) for mail in Mail.objects.all()] == [("account_exists", "ulf@example.test")]
    assert not SocialAccount.objects.exists()


def test_emails_to_addresses_that_a_provider_does_not_verify_are_limited(sign_in_as, make_user):
    make_user("other", email="ulf@example.test")
    for _ in range(5):
        sign_in_as("ulf", using=APIClient(SERVER_NAME="vfservices.localhost"))
    refused = sign_in_as("ulf", using=APIClient(SERVER_NAME="vfservices.localhost"))
    assert query_of(refused["Location"])["problem"] == "too_many_emails"
    assert Mail.objects.count() == 5


def test_a_user_without_an_address_cannot_sign_up(sign_in_as):
    assert problem_of(sign_in_as("noname")) == "email_missing"
    assert not User.objects.exists()


@pytest.mark.parametrize("sign_up", ["off", "invitation"])
def test_a_new_user_needs_an_open_sign_up_and_a_connected_one_does_not(sign_in_as, configure, other_client, sign_up):
    configure(sign_up=sign_up)
    assert problem_of(sign_in_as("vera")) == "sign_up_closed"
    configure(sign_up="open")
    assert "jwt" in sign_in_as("vera", using=other_client).cookies
    configure(sign_up=sign_up)
    assert "jwt" in sign_in_as("vera", using=APIClient(SERVER_NAME="vfservices.localhost")).cookies


def test_a_deactivated_account_stays_closed(sign_in_as, other_client):
    sign_in_as("vera")
    deactivate(user=User.objects.get(), now=datetime.now(UTC))
    Session.objects.all().delete()
    assert problem_of(sign_in_as("vera", using=other_client)) == "invalid_credentials"


def test_a_callback_works_once_and_only_in_the_browser_that_began(client, other_client, at_the_provider):
    back = path_of(at_the_provider("vera", begin(client)))
    assert problem_of(other_client.get(back)) == "flow_ended"
    other_client.cookies["vf_flow"] = "x" * 43
    assert problem_of(other_client.get(back)) == "flow_ended"
    another = APIClient(SERVER_NAME="vfservices.localhost")
    begin(another)
    assert problem_of(another.get(back)) == "provider_refused"
    assert "jwt" in client.get(back).cookies
    client.cookies.pop("jwt")
    again = client.get(back)
    assert query_of(again["Location"])["problem"] == "flow_ended"


@pytest.mark.parametrize(
    ("query", "problem"),
    [
        ("error=access_denied&state={state}", "provider_refused"),
        ("code=x&state={state}", "provider_refused"),
        ("code=x&iss=https://other.example&state={state}", "provider_refused"),
        ("code=x&state=other", "provider_refused"),
        ("code=x", "provider_refused"),
    ],
)
def test_a_callback_that_the_provider_did_not_make_signs_nobody_in(client, query, problem):
    state = query_of(begin(client))["state"]
    assert problem_of(client.get(f"{BEGIN}callback/?{query.format(state=state)}")) == problem


@pytest.mark.parametrize("target", ["https://evil.test/", "//evil.test/", "/\\evil.test", "javascript:alert(1)"])
def test_next_never_leads_out_of_the_platform(sign_in_as, target):
    assert sign_in_as("vera", next=target)["Location"] == "/"


def test_another_site_cannot_begin_a_sign_in(client):
    response = client.post(BEGIN, {}, format="json", HTTP_SEC_FETCH_SITE="cross-site", HTTP_ORIGIN="https://evil.test")
    assert (response.status_code, response.json()["code"]) == (403, "cross_site_request")


def test_an_unknown_provider_is_not_found(client):
    assert client.post("/api/auth/flow/provider/other/", {}, format="json").status_code == 404


def test_the_metadata_must_be_of_the_configured_issuer(client, provider, upstream):
    provider(issuer=upstream.replace("127.0.0.1", "localhost"))
    response = client.post(BEGIN, {}, format="json")
    assert (response.status_code, response.json()["code"]) == (503, "provider_unavailable")


def test_a_wrong_client_secret_signs_nobody_in(provider, sign_in_as):
    provider(client_secret="wrong")
    assert problem_of(sign_in_as("vera")) == "provider_refused"


def test_without_the_provider_the_answer_says_so_and_other_ways_work(client, provider, sign_in, alice):
    provider(issuer=f"http://127.0.0.1:{free_port()}")
    response = client.post(BEGIN, {}, format="json")
    assert (response.status_code, response.json()["code"]) == (503, "provider_unavailable")
    assert response["Retry-After"]
    assert sign_in().status_code == 200


def test_a_provider_that_hangs_is_given_up(client, provider, settings, sign_in, alice):
    settings.SOCIALACCOUNT_REQUESTS_TIMEOUT = 0.3
    with socket.create_server(("127.0.0.1", 0)) as silent:
        provider(issuer=f"http://127.0.0.1:{silent.getsockname()[1]}")
        assert client.post(BEGIN, {}, format="json").status_code == 503
    assert sign_in().status_code == 200


def test_no_log_line_has_a_code_a_token_or_a_secret(client, at_the_provider, log_lines):
    back = at_the_provider("vera", begin(client))
    client.get(path_of(back))
    assert log_lines
    assert not any(word in str(log_lines) for word in (query_of(back)["code"], query_of(back)["state"], "secret of"))
