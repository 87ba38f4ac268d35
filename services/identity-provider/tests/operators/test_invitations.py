"""Operators invite people."""

import io

import pytest
from django.core.management import CommandError, call_command
from identity_provider.accounts.models import User
from identity_provider.mailing.models import Mail
from identity_provider.mailing.settings import MailSettings

from vf_django.testing import as_user

pytestmark = pytest.mark.django_db

INVITE = "/api/auth/users/invite/"
DORA = "dora@example.test"


@pytest.fixture
def operator(other_client):
    return as_user(other_client, user_id="usr_olga", username="olga", roles=("operator",))


@pytest.fixture(autouse=True)
def by_invitation(configure):
    configure(sign_up="invitation", public_origin="https://vf.example")


def test_an_invited_person_signs_up_with_the_roles_given(client, operator):
    answer = operator.post(INVITE, {"email": DORA, "roles": ["customer"]}, format="json")
    assert (answer.status_code, answer.json()["sent"]) == (201, True)
    link = answer.json()["link"]
    page, _, invitation = link.partition("#invitation=")
    assert page == "https://vf.example/accounts/register/"
    mail = Mail.objects.get()
    assert (mail.to, mail.kind) == (DORA, "invitation")
    assert link in mail.text
    assert f'<a href="{link}">' in mail.html
    body = {"username": "dora", "email": DORA, "password": "correct horse 7", "invitation": invitation}
    assert client.post("/api/auth/flow/sign-up/", body, format="json").status_code == 200
    assert User.objects.get().roles == ["customer"]
    again = operator.post(INVITE, {"email": DORA.upper()}, format="json")
    assert (again.status_code, set(again.json()["errors"])) == (400, {"email"})


def test_without_email_the_link_is_for_the_operator_to_send(operator, configure):
    configure(mail=MailSettings("off", "x@example.test"))
    assert operator.post(INVITE, {"email": DORA}, format="json").json()["sent"] is False
    out = io.StringIO()
    call_command("invite_user", DORA, "--role", "customer", stdout=out)
    assert out.getvalue().startswith("https://vf.example/accounts/register/#invitation=")
    assert not Mail.objects.exists()


@pytest.mark.parametrize(
    ("body", "field"),
    [({"email": "no address"}, "email"), ({"email": DORA, "roles": ["boss"]}, "roles"), ({}, "email")],
)
def test_what_is_invalid_is_named(operator, body, field):
    answer = operator.post(INVITE, body, format="json")
    assert (answer.status_code, set(answer.json()["errors"])) == (400, {field})
    assert not Mail.objects.exists()


def test_where_sign_up_is_off_nobody_is_invited(operator, configure):
    configure(sign_up="off")
    answer = operator.post(INVITE, {"email": DORA}, format="json")
    assert (answer.status_code, answer.json()["code"]) == (403, "sign_up_closed")
    with pytest.raises(CommandError, match="VF_SIGN_UP"):
        call_command("invite_user", DORA)


def test_no_log_line_has_the_invitation(operator, log_lines):
    link = operator.post(INVITE, {"email": DORA}, format="json").json()["link"]
    assert any(line["event"] == "user_invited" for line in log_lines)
    assert link.partition("=")[2] not in str(log_lines)
