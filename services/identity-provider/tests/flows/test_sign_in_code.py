"""Signing in with a code from an email."""

import pytest
from identity_provider.signin.models import Session
from tests.flows.mails import code_in, latest_mail

pytestmark = pytest.mark.django_db


def request(client, email="alice@example.test", **more):
    return client.post("/api/auth/flow/code/request/", {"email": email, **more}, format="json")


def confirm(client, code):
    return client.post("/api/auth/flow/code/confirm/", {"code": code}, format="json")


def test_a_code_signs_in_and_remembers(client, alice):
    assert (request(client, remember_me=True).status_code, Session.objects.count()) == (202, 0)
    done = confirm(client, code_in(latest_mail()))
    assert (done.status_code, done.json()["id"]) == (200, alice.pk)
    assert Session.objects.get().remember
    assert confirm(client, code_in(latest_mail())).status_code == 409


def test_an_unknown_address_gets_the_same_answers(client, other_client, alice):
    answers = [request(client).json(), request(other_client, "unknown@example.test").json()]
    assert answers[0] == answers[1]
    wrong = [confirm(browser, "WRONG1") for browser in (client, other_client)]
    assert wrong[0].json() | {"request_id": ""} == wrong[1].json() | {"request_id": ""}
    assert [answer.status_code for answer in wrong] == [400, 400]


def test_an_empty_code_signs_nobody_in(client, db):
    request(client, "unknown@example.test")
    for code in ("", " ", "-", "--"):
        assert confirm(client, code).status_code == 400
    assert not Session.objects.exists()


def test_a_code_for_a_reset_is_none_for_signing_in(client, alice):
    client.post("/api/auth/flow/password/request/", {"email": alice.email}, format="json")
    assert confirm(client, code_in(latest_mail())).status_code == 409
