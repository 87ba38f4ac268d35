"""The step "mfa": who needs it, what passes it, and what ends the flow."""

from datetime import UTC, datetime, timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.auth.hashers import make_password
from identity_provider.accounts.models import User
from identity_provider.factors import services
from identity_provider.mailing.models import Mail
from identity_provider.signin.models import FailureCount, Session
from rest_framework.test import APIClient
from tests.flows.factors import MFA, in_session, post, set_up
from tests.flows.mails import code_in, latest_mail

from vf_django.testing import as_anonymous

pytestmark = pytest.mark.django_db


@pytest.fixture
def sign_in(sign_in, client):
    def post(*words, using=client, **fields):
        for name in [name for name, cookie in using.cookies.items() if not cookie.value]:
            del using.cookies[name]  # as a browser does
        return sign_in(*words, using=using, **fields)

    return post


@pytest.fixture
def secured(client, sign_in, alice):
    """Alice's app and recovery codes. Her browser isn't signed in anymore."""
    sign_in()
    found = set_up(in_session(client, alice))
    as_anonymous(client)
    client.cookies.clear()
    Session.objects.all().delete()
    return found


@pytest.fixture
def app(secured):
    return secured[0]


def answer(client, code, **more):
    return post(client, MFA, {"code": code, **more})


def test_the_step_needs_a_code_and_remember_me_survives_it(client, sign_in, app, alice):
    first = sign_in(remember_me=True)
    assert (first.status_code, first.json()["code"], first.json()["step"]) == (401, "step_required", "mfa")
    assert first.json()["methods"] == ["totp", "recovery_code"]
    assert set(first.cookies) == {"vf_flow"}
    second = answer(client, app.code())
    assert (second.status_code, second.json()["id"]) == (200, alice.pk)
    session = Session.objects.get()
    assert (session.remember, session.methods) == (True, "pwd otp mfa")
    assert second.cookies["vf_flow"].value == ""


def test_without_a_factor_a_password_is_enough(client, sign_in, bob):
    assert sign_in("bob").status_code == 200
    assert Session.objects.get().methods == "pwd"


def test_a_code_works_once_in_all_flows(client, other_client, sign_in, app):
    code = app.code()
    sign_in()
    sign_in(using=other_client)
    assert answer(client, code).status_code == 200
    assert answer(other_client, code).json()["errors"] == {"code": ["Incorrect code. Each code works once."]}


def test_the_code_that_confirmed_the_setup_does_not_sign_in(client, sign_in, app):
    app.shown -= 1
    sign_in()
    assert answer(client, app.code()).status_code == 400


def test_the_mark_of_a_used_code_is_a_row_of_the_database(client, sign_in, app):
    """allauth's own mark is in a cache that each process has for itself."""
    code = app.code()
    sign_in()
    answer(client, code)
    sign_in()
    used = FailureCount.objects.filter(failures=1).count()
    assert answer(client, code).status_code == 400
    FailureCount.objects.all().delete()
    assert used
    assert answer(client, code).status_code == 200


def test_a_recovery_code_works_once_and_the_user_is_told(client, sign_in, secured):
    recovery = secured[1][0]
    sign_in()
    assert answer(client, recovery).status_code == 200
    assert latest_mail().kind == "recovery_code_used"
    assert "Codes left: 9." in latest_mail().text
    sign_in()
    assert answer(client, recovery).status_code == 400


def test_wrong_codes_are_counted_for_the_account_in_all_flows(client, sign_in, app):
    statuses = []
    for _ in range(4):
        guesser = APIClient(SERVER_NAME="vfservices.localhost")
        sign_in(using=guesser)
        statuses += [answer(guesser, "000000").status_code for _ in range(3)]
    assert statuses == [400] * 10 + [429] * 2
    sign_in()
    limited = answer(client, app.code())
    assert (limited.status_code, limited.json()["code"]) == (429, "too_many_attempts")
    assert int(limited["Retry-After"]) > 0


def test_right_codes_are_not_counted(client, sign_in, secured):
    for recovery in secured[1]:
        sign_in()
        assert answer(client, recovery).status_code == 200
        assert answer(client, "000000").status_code == 409


def test_others_do_not_lock_out_a_browser_that_has_used_a_factor(client, other_client, sign_in, secured):
    Authenticator.objects.update(created_at=datetime.now(UTC) - timedelta(seconds=2))
    sign_in()
    assert answer(client, secured[1][0]).status_code == 200
    sign_in(using=other_client)
    for _ in range(11):
        answer(other_client, "000000")
    assert answer(other_client, secured[1][1]).status_code == 429
    sign_in()
    assert answer(client, secured[1][1]).status_code == 200


def test_a_browser_known_from_before_the_factor_has_no_guesses_of_its_own(client, other_client, sign_in, alice):
    sign_in(using=other_client)
    known = other_client.cookies["vf_known"].value
    sign_in()
    set_up(in_session(client, alice))
    as_anonymous(client)
    sign_in()
    for _ in range(11):
        answer(client, "000000")
    other_client.cookies["vf_known"] = known
    sign_in(using=other_client)
    assert answer(other_client, "000000").status_code == 429


def test_the_marks_of_other_accounts_survive_the_step(client, sign_in, app, bob):
    sign_in("bob")
    sign_in()
    answer(client, app.code())
    assert client.cookies["vf_known"].value.count(".") == 1


CHANGES = {
    "password": lambda user: User.objects.filter(pk=user.pk).update(password=make_password("another one 9")),
    "deactivated": lambda user: User.objects.filter(pk=user.pk).update(is_active=False),
    "deleted": lambda user: user.delete(),
    "factor removed": lambda user: services.remove(user_id=user.pk, kind="totp"),
    "factor added": lambda user: services.add_passkey(user_id=user.pk, name="x", credential={}, signs_in=False),
    "recovery codes renewed": lambda user: services.renew_recovery_codes(user_id=user.pk),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_flow_ends_with_what_it_began_with(client, sign_in, app, alice, change):
    sign_in()
    CHANGES[change](alice)
    response = answer(client, app.code())
    assert response.status_code in (400, 401, 409)
    assert "jwt" not in response.cookies
    assert not Session.objects.exists()
    if response.status_code != 400:
        assert answer(client, app.code()).status_code == 409


def test_a_removed_factor_does_not_leave_the_password_alone_in_a_flow(client, sign_in, app, alice):
    sign_in()
    services.remove(user_id=alice.pk, kind="totp")
    assert answer(client, "").status_code == 400
    assert not Session.objects.exists()


def test_the_code_of_another_account_does_not_pass(client, other_client, sign_in, app, bob):
    sign_in("bob", using=other_client)
    bobs, _ = set_up(in_session(other_client, bob))
    sign_in()
    assert answer(client, bobs.code()).status_code == 400


def test_a_step_without_a_flow_or_with_another_one_is_refused(client, sign_in, app, make_user):
    assert answer(client, app.code()).status_code == 409
    make_user("carol", verified=False)
    sign_in("carol")
    assert answer(client, app.code()).status_code == 409


def test_a_code_by_email_still_needs_the_factor(client, app):
    post(client, "/api/auth/flow/code/request/", {"email": "alice@example.test"})
    step = post(client, "/api/auth/flow/code/confirm/", {"code": code_in(latest_mail())})
    assert (step.status_code, step.json()["step"]) == (401, "mfa")
    assert answer(client, app.code()).status_code == 200
    assert Session.objects.get().methods == "otp mfa"


def test_a_reset_password_does_not_remove_the_factor(client, sign_in, app):
    post(client, "/api/auth/flow/password/request/", {"email": "alice@example.test"})
    new = {"code": code_in(latest_mail()), "new_password": "an entirely new 1"}
    assert post(client, "/api/auth/flow/password/reset/", new).status_code == 204
    assert sign_in(password="an entirely new 1").json()["step"] == "mfa"
    assert answer(client, app.code()).status_code == 200


def test_a_verified_address_does_not_replace_the_factor(client, sign_in, make_user):
    carol = make_user("carol", verified=False)
    services.add_passkey(user_id=carol.pk, name="x", credential={}, signs_in=False)
    Mail.objects.all().delete()
    sign_in("carol")
    step = post(client, "/api/auth/flow/email/verify/", {"code": code_in(latest_mail())})
    assert (step.status_code, step.json()["step"]) == (401, "mfa")


def test_no_log_line_contains_a_code(client, sign_in, secured, log_lines):
    app, recovery = secured
    code = app.code()
    sign_in()
    answer(client, "987123")
    answer(client, code)
    sign_in()
    answer(client, recovery[0])
    text = str(log_lines)
    assert not [secret for secret in (code, "987123", *recovery, app.secret) if secret in text]


def test_secrets_are_encrypted_in_the_database(secured, alice):
    app, recovery = secured
    stored = str(list(Authenticator.objects.values_list("data", flat=True)))
    assert app.secret not in stored
    assert not [code for code in recovery if code in stored]


def test_a_sign_in_with_a_factor_makes_a_bounded_number_of_queries(client, sign_in, app, django_assert_max_num_queries):
    with django_assert_max_num_queries(20):
        sign_in()
    with django_assert_max_num_queries(34):
        assert answer(client, app.code()).status_code == 200
