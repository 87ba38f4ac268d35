"""Setting up, replacing and removing an authenticator app and recovery codes."""

import base64

import pytest
from allauth.mfa.models import Authenticator
from django.test import override_settings
from identity_provider.factors import encryption
from identity_provider.mailing.models import Mail
from identity_provider.signin.models import Session
from tests.flows.factors import FACTORS, RECOVERY, SETUP, TOTP, App, in_session, post, set_up

pytestmark = pytest.mark.django_db


@pytest.fixture
def as_alice(client, sign_in, alice):
    sign_in()
    return in_session(client, alice)


def test_an_account_has_no_factors_at_first(as_alice):
    expected = {"totp": None, "recovery_codes": None, "passkeys": [], "required": False}
    assert as_alice.get(FACTORS).json() == expected


def test_a_setup_shows_a_secret_once_and_the_first_factor_brings_recovery_codes(as_alice, alice):
    setup = post(as_alice, SETUP)
    assert setup["Cache-Control"] == "no-store"
    body = setup.json()
    assert body["uri"].startswith("otpauth://totp/alice%40example.test?secret=")
    assert "issuer=vfservices.localhost" in body["uri"]
    assert base64.b64decode(body["qr_code"].partition(",")[2]).startswith(b"<?xml")
    answer = post(as_alice, TOTP, {"code": App(body["secret"]).code()})
    assert answer.status_code == 201
    assert len(set(answer.json()["recovery_codes"])) == 10
    listed = as_alice.get(FACTORS).json()
    assert listed["totp"]["last_used_at"] is None
    assert listed["recovery_codes"]["left"] == 10
    assert Session.objects.get().methods == "pwd otp mfa"
    assert Mail.objects.get().kind == "factor_added"


def test_a_wrong_code_sets_nothing_up(as_alice):
    post(as_alice, SETUP)
    assert post(as_alice, TOTP, {"code": "000000"}).json()["errors"] == {
        "code": ["Incorrect code. Each code works once."]
    }
    assert not Authenticator.objects.exists()


def test_a_confirmation_needs_a_setup_in_the_same_session(as_alice, other_client, sign_in, alice):
    app = App(post(as_alice, SETUP).json()["secret"])
    sign_in(using=other_client)
    answer = post(in_session(other_client, alice), TOTP, {"code": app.code()})
    assert (answer.status_code, answer.json()["code"]) == (409, "setup_ended")


def test_a_new_app_replaces_the_old_one_and_keeps_the_recovery_codes(as_alice):
    set_up(as_alice)
    before = Authenticator.objects.get(type="totp").data
    _, codes = set_up(as_alice)
    assert codes is None
    assert Authenticator.objects.get(type="totp").data != before
    assert as_alice.get(FACTORS).json()["recovery_codes"]["left"] == 10


def test_recovery_codes_are_replaced_and_end_with_the_last_factor(as_alice):
    _, first = set_up(as_alice)
    renewed = post(as_alice, RECOVERY)
    assert renewed.status_code == 201
    assert not set(first) & set(renewed.json()["recovery_codes"])
    assert as_alice.delete(TOTP).status_code == 204
    assert not Authenticator.objects.exists()
    assert as_alice.delete(TOTP).status_code == 404
    assert post(as_alice, RECOVERY).json()["code"] == "no_factors"
    kinds = list(Mail.objects.order_by("pk").values_list("kind", flat=True))
    assert kinds == ["factor_added", "recovery_codes_renewed", "factor_removed"]


def test_the_last_factor_stays_while_a_role_requires_one(as_alice, configure):
    set_up(as_alice)
    configure(require_mfa_roles=frozenset({"customer"}))
    assert as_alice.get(FACTORS).json()["required"]
    answer = as_alice.delete(TOTP)
    assert (answer.status_code, answer.json()["code"]) == (409, "factor_required")
    assert Authenticator.objects.count() == 2


def test_an_export_names_the_factors_and_shows_no_secret(as_alice):
    app, codes = set_up(as_alice)
    export = as_alice.get("/api/auth/account/export/")
    assert [factor["kind"] for factor in export.json()["factors"]] == ["totp", "recovery_code"]
    assert not [secret for secret in (app.secret, "secret", "seed", *codes) if secret in export.content.decode()]


def test_a_stored_secret_survives_a_new_secret_key():
    stored = encryption.encrypt("JBSWY3DPEHPK3PXP")
    from django.conf import settings

    with override_settings(SECRET_KEY="another " * 5, SECRET_KEY_FALLBACKS=[settings.SECRET_KEY]):
        assert encryption.decrypt(stored) == "JBSWY3DPEHPK3PXP"
        assert encryption.encrypt("x") != "x"
