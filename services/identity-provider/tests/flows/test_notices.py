"""Mails about what someone else may have done."""

from datetime import UTC, datetime, timedelta

import pytest
from identity_provider.accounts.models import User
from identity_provider.mailing.models import Mail
from identity_provider.signin.models import Session
from tests.flows.factors import in_session, post
from tests.flows.mails import latest_mail

pytestmark = pytest.mark.django_db

PASSWORD = "correct horse 7"


def kinds():
    return list(Mail.objects.order_by("pk").values_list("kind", flat=True))


def sign_in_again(sign_in, client, agent):
    client.credentials(HTTP_USER_AGENT=agent)
    assert sign_in(using=client).status_code == 200


def test_a_sign_in_from_a_new_browser_is_told_once_an_hour(client, other_client, sign_in, alice):
    sign_in()
    assert kinds() == []
    sign_in_again(sign_in, other_client, "Click here: https://evil.test")
    assert kinds() == ["new_device"]
    mail = latest_mail()
    assert "127.0.0.1" in mail.text
    assert "evil" not in mail.text + mail.html
    other_client.cookies.clear()
    sign_in_again(sign_in, other_client, "Click here: https://evil.test")
    assert kinds() == ["new_device"]
    Session.objects.update(created_at=datetime.now(UTC) - timedelta(hours=2))
    other_client.cookies.clear()
    sign_in_again(sign_in, other_client, "Click here: https://evil.test")
    assert kinds() == ["new_device"] * 2


def test_a_browser_that_has_signed_in_before_is_no_news(client, other_client, sign_in, alice):
    sign_in_again(sign_in, client, "one")
    sign_in_again(sign_in, client, "the same browser after an update")
    assert kinds() == []


def test_the_sign_in_to_a_dormant_account_is_told(client, sign_in, alice):
    User.objects.update(created_at=datetime.now(UTC) - timedelta(days=31))
    sign_in()
    assert kinds() == ["new_device"]


def test_a_changed_password_is_told_in_the_users_language(client, sign_in, alice):
    User.objects.update(locale="de")
    sign_in()
    body = {"current_password": PASSWORD, "new_password": "an entirely new 1"}
    assert post(in_session(client, alice), "/api/auth/password/", body).status_code == 204
    assert latest_mail().kind == "password_changed"
    assert latest_mail().subject == "Ihr Passwort wurde geändert"
