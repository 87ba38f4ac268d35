"""A new password by email."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from identity_provider.mailing.models import Mail
from identity_provider.revocations.models import Revocation
from identity_provider.signin.models import Session
from tests.flows.mails import code_in, latest_mail

pytestmark = pytest.mark.django_db

NUMBER = re.compile(r"_?[0-9]+")
NEW = "an entirely new 1"


def request(client, email="alice@example.test", **more):
    return client.post("/api/auth/flow/password/request/", {"email": email}, format="json", **more)


def reset(client, code, new=NEW):
    return client.post("/api/auth/flow/password/reset/", {"code": code, "new_password": new}, format="json")


def test_a_code_sets_a_new_password_and_ends_every_session(client, other_client, sign_in, make_user):
    alice = make_user("alice", verified=True)
    sign_in(using=other_client)
    first = request(client)
    assert (first.status_code, first.json()) == (202, {"step": "reset_password"})
    assert reset(client, code_in(latest_mail())).status_code == 204
    assert not Session.objects.filter(revoked_at=None).exists()
    assert Revocation.objects.filter(kind="sub", subject=alice.pk).exists()
    assert latest_mail().kind == "password_was_reset"
    assert (sign_in().status_code, sign_in(password=NEW).status_code) == (401, 200)


def test_the_code_is_worth_nothing_to_another_browser(client, other_client, alice):
    request(client)
    code = code_in(latest_mail())
    request(other_client, "bob@example.test")
    assert reset(other_client, code).status_code == 400


@pytest.mark.parametrize("who", ["unknown", "deactivated"])
def test_who_has_no_account_gets_the_same_answer_by_the_same_statements(client, other_client, make_user, who):
    make_user("alice")
    make_user("deactivated", is_active=False)

    def seen(browser, email):
        with CaptureQueriesContext(connection) as queries:
            response = request(browser, email)
        return response.status_code, response.json(), [NUMBER.sub("", each["sql"])[:60] for each in queries]

    assert seen(client, "alice@example.test") == seen(other_client, f"{who}@example.test")
    first, second = Mail.objects.order_by("pk")
    assert (first.kind, second.kind) == ("reset_password", "unknown_account")
    assert reset(client, "WRONG1").json() | {"request_id": ""} == reset(other_client, "WRONG1").json() | {
        "request_id": ""
    }


def test_an_address_that_only_looks_alike_gets_no_code(client, make_user):
    make_user("alice")
    request(client, "ALICE@example.test")
    assert latest_mail().to == "alice@example.test"


def test_a_weak_password_does_not_use_up_the_code(client, alice):
    request(client)
    code = code_in(latest_mail())
    refused = reset(client, code, "short")
    assert (refused.status_code, set(refused.json()["errors"])) == (400, {"new_password"})
    assert reset(client, code).status_code == 204


def test_a_reset_proves_the_address(client, sign_in, make_user):
    make_user("carol", verified=False)
    request(client, "carol@example.test")
    assert reset(client, code_in(latest_mail())).status_code == 204
    assert sign_in("carol", password=NEW).status_code == 200


def test_mails_to_an_address_are_limited_known_or_not(client, alice):
    for email in ("alice@example.test", "unknown@example.test"):
        answers = [request(client, email) for _ in range(6)]
        assert [answer.status_code for answer in answers] == [202] * 5 + [429]
        assert answers[-1].json()["code"] == "too_many_emails"
        assert int(answers[-1]["Retry-After"]) > 3000
    assert Mail.objects.count() == 10


def test_without_a_mail_server_nobody_is_left_waiting(client, alice, configure, identity):
    from dataclasses import replace

    configure(mail=replace(identity.mail, scheme="off"))
    response = request(client)
    assert (response.status_code, response.json()["code"]) == (503, "email_unavailable")
