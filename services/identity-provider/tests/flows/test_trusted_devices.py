"""Browsers that need no second factor for a while, and what ends that."""

from datetime import UTC, datetime, timedelta

import pytest
from identity_provider.accounts import services as accounts
from identity_provider.factors import services as factors
from identity_provider.operators import services as operators
from identity_provider.signin.models import Session
from identity_provider.signin.services import sign_out_everywhere
from tests.flows.factors import MFA, REAUTHENTICATE, in_session, new_session, post, set_up
from tests.flows.mails import code_in, latest_mail

from vf_django.testing import as_anonymous

pytestmark = pytest.mark.django_db

COOKIE = "vf_trusted"


@pytest.fixture(autouse=True)
def thirty_days(configure):
    configure(trust_devices=30)


@pytest.fixture
def cookie(client, sign_in, alice, monkeypatch):
    """The cookie of a browser that alice trusts, since yesterday."""
    set_up(in_session(client, alice))
    as_anonymous(client)
    recovery = factors.RecoveryCodes(factors.Factors.of(alice.pk).only("recovery_codes")).generate_codes()
    sign_in()
    answer = post(client, MFA, {"code": recovery[0], "trust_device": True})
    assert answer.status_code == 200
    found = answer.cookies[COOKIE]
    assert (found["path"], found["httponly"], found["max-age"]) == ("/api/auth/login", True, 30 * 86_400)
    client.cookies.clear()
    Session.objects.all().delete()
    return found.value


def sign_in_with(sign_in, client, cookie):
    client.cookies.clear()
    client.cookies[COOKIE] = cookie
    return sign_in(using=client)


def test_a_trusted_browser_needs_the_password_only_and_its_session_has_one_factor(client, sign_in, cookie):
    assert sign_in_with(sign_in, client, cookie).status_code == 200
    assert Session.objects.get().methods == "pwd"
    assert sign_in_with(sign_in, client, "").status_code == 401


def test_without_the_wish_or_the_setting_there_is_no_cookie(client, sign_in, alice, configure):
    app, recovery = set_up(in_session(client, alice))
    as_anonymous(client)
    sign_in()
    assert COOKIE not in post(client, MFA, {"code": app.code()}).cookies
    configure(trust_devices=0)
    client.cookies.clear()
    sign_in()
    assert COOKIE not in post(client, MFA, {"code": recovery[0], "trust_device": True}).cookies


ENDS = {
    "a new password": lambda user: accounts.replace_password(
        user_id=user.pk, new="correct horse 7", now=datetime.now(UTC)
    ),
    "new recovery codes": lambda user: factors.renew_recovery_codes(user_id=user.pk),
    "another factor": lambda user: factors.add_passkey(user_id=user.pk, name="x", credential={}, signs_in=False),
    "sign out everywhere": lambda user: sign_out_everywhere(user_id=user.pk, now=datetime.now(UTC)),
    "new roles": lambda user: accounts.set_roles(user=user, roles=["admin"]),
}


@pytest.mark.parametrize("end", ENDS)
def test_the_trust_ends_with(client, sign_in, alice, cookie, end):
    ENDS[end](alice)
    alice.refresh_from_db()
    assert sign_in_with(sign_in, client, cookie).json()["step"] == "mfa"


def test_the_trust_ends_with_a_reset_and_a_new_factor(client, sign_in, alice, cookie):
    operators.reset_factors(user_id=alice.pk, now=datetime.now(UTC))
    set_up(in_session(client, alice, new_session(alice)))
    as_anonymous(client)
    assert sign_in_with(sign_in, client, cookie).json()["step"] == "mfa"


def test_the_trust_ends_when_the_user_forgets_all_browsers(client, other_client, sign_in, alice, cookie):
    in_session(other_client, alice, new_session(alice))
    assert other_client.delete("/api/auth/account/trusted-devices/").status_code == 204
    assert sign_in_with(sign_in, client, cookie).json()["step"] == "mfa"
    assert not Session.objects.filter(revoked_at__isnull=False).exists()


def test_the_trust_ends_with_time_and_with_the_setting(client, sign_in, alice, cookie, configure):
    from identity_provider.signin import trusted_devices

    request = type("Request", (), {"META": {"HTTP_COOKIE": f"{COOKIE}={cookie}"}})()
    fingerprint, now = factors.Factors.of(alice.pk).fingerprint, datetime.now(UTC)
    check = {"factors": fingerprint}
    assert trusted_devices.is_trusted(request, alice, now=now + timedelta(days=29), **check)
    assert not trusted_devices.is_trusted(request, alice, now=now + timedelta(days=31), **check)
    configure(trust_devices=0)
    assert not trusted_devices.is_trusted(request, alice, now=now, **check)
    assert sign_in_with(sign_in, client, cookie).json()["step"] == "mfa"


def test_the_trust_is_for_one_account_and_one_purpose(client, other_client, sign_in, alice, bob, cookie):
    set_up(in_session(other_client, bob))
    client.cookies.clear()
    client.cookies[COOKIE] = cookie
    assert sign_in("bob").json()["step"] == "mfa"
    as_anonymous(other_client).cookies.clear()
    known = sign_in_with(sign_in, client, cookie).cookies["vf_known"].value
    assert sign_in_with(sign_in, other_client, known).json()["step"] == "mfa"


def test_a_code_by_email_is_no_password(client, cookie):
    client.cookies.clear()
    post(client, "/api/auth/flow/code/request/", {"email": "alice@example.test"})
    client.cookies[COOKIE] = cookie
    step = post(client, "/api/auth/flow/code/confirm/", {"code": code_in(latest_mail())})
    assert step.json()["step"] == "mfa"


def test_changes_still_need_the_factor(client, sign_in, alice, cookie):
    sign_in_with(sign_in, client, cookie)
    in_session(client, alice)
    assert post(client, REAUTHENTICATE, {"password": "correct horse 7"}).status_code == 204
    refused = client.delete("/api/auth/account/totp/")
    assert (refused.status_code, refused.json()["methods"]) == (403, ["totp"])
