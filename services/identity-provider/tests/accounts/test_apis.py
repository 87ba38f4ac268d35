"""``GET /api/profile/`` and ``POST /api/auth/password/``."""

from datetime import datetime

import pytest
from identity_provider.accounts import services
from identity_provider.accounts.passwords import check_credentials
from identity_provider.revocations.models import Revocation
from identity_provider.signin.models import Session

from vf_django.testing import as_user

PROFILE, PASSWORD = "/api/profile/", "/api/auth/password/"


def test_the_profile_is_what_the_edge_vouches_for_and_what_the_account_adds_in_one_query(
    client, db, django_assert_num_queries
):
    as_user(client, user_id="usr_x", username="zoë", email="zoe@example.test", roles=("customer", "operator"))
    with django_assert_num_queries(1):
        response = client.get(PROFILE)
    body = response.json()
    timestamp = datetime.fromisoformat(body.pop("timestamp"))
    assert timestamp.tzinfo is not None
    assert [body.pop(name) for name in ("name", "locale", "time_zone")] == ["", "", ""]
    assert body.pop("factor_required") is False
    assert body.pop("impersonated_by") is None
    assert body == {"id": "usr_x", "username": "zoë", "email": "zoe@example.test", "roles": ["customer", "operator"]}
    assert response["Cache-Control"] == "no-store"


@pytest.mark.parametrize(("method", "path"), [("get", PROFILE), ("post", PASSWORD), ("get", "/api/")])
def test_without_the_edges_word_nobody_is_signed_in(client, sign_in, alice, method, path):
    sign_in()  # cookies alone prove nothing here: the gateway reads them
    forged = {"X-User-Id": alice.pk, "X-User-Name": "alice", "X-User-Assertion": "x.y.z"}
    for headers in ({}, forged):
        response = getattr(client, method)(path, headers=headers)
        assert (response.status_code, response.json()["code"]) == (401, "credential_required")
        assert response["WWW-Authenticate"] == 'Bearer realm="vf"'


@pytest.fixture
def as_alice(client, sign_in, alice):
    sign_in()
    session = Session.objects.get()
    return as_user(client, user_id=alice.pk, username="alice", session_id=session.pk)


def change(client, old="correct horse 7", new="an entirely new one"):
    return client.post(PASSWORD, {"current_password": old, "new_password": new}, format="json")


def test_a_new_password_ends_the_other_sessions_and_keeps_this_one(as_alice, other_client, sign_in, alice):
    this = Session.objects.get()
    sign_in(using=other_client)
    assert change(as_alice).status_code == 204
    other = Session.objects.exclude(pk=this.pk).get()
    this.refresh_from_db()
    assert (this.revoked_at, Revocation.objects.get().subject) == (None, other.pk)
    assert check_credentials("alice", "an entirely new one")
    assert not check_credentials("alice", "correct horse 7")


def test_the_wrong_old_password_changes_nothing_and_is_limited(as_alice, alice):
    statuses = [change(as_alice, old="wrong").status_code for _ in range(11)]
    assert statuses == [400] * 10 + [429]
    assert check_credentials("alice", "correct horse 7")


def test_a_weak_new_password_is_refused_with_the_reason(as_alice, alice):
    response = change(as_alice, new="alice")
    assert response.json()["code"] == "validation_failed"
    assert "too similar" in response.json()["errors"]["new_password"][0]
    assert check_credentials("alice", "correct horse 7")


def test_a_sign_in_that_checked_the_old_password_just_before_the_change_is_refused(
    as_alice, other_client, sign_in, monkeypatch
):
    def check_then_change(name, password):
        user = check_credentials(name, password)
        assert change(as_alice).status_code == 204
        return user

    monkeypatch.setattr("identity_provider.signin.services.check_credentials", check_then_change)
    response = sign_in(using=other_client)
    assert (response.status_code, response.json()["code"]) == (401, "invalid_credentials")
    assert Session.objects.filter(revoked_at=None).count() == 1


def test_a_sign_in_during_which_only_the_cost_of_the_hash_changed_goes_on(client, sign_in, alice, monkeypatch):
    def check_then_hash_again(name, password):
        user = check_credentials(name, password)
        alice.set_password(password)
        alice.save()
        return user

    monkeypatch.setattr("identity_provider.signin.services.check_credentials", check_then_hash_again)
    assert sign_in().status_code == 200


def test_of_two_changes_at_once_the_first_holds(as_alice, monkeypatch):
    def validate_while_another_changes(new, user):
        monkeypatch.setattr(services, "validate_password", lambda *_: None)
        assert change(as_alice, new="what the owner chose").status_code == 204

    monkeypatch.setattr(services, "validate_password", validate_while_another_changes)
    response = change(as_alice, new="what a thief chose")
    assert response.json()["errors"].keys() == {"current_password"}
    assert check_credentials("alice", "what the owner chose")


@pytest.mark.parametrize("path", [PASSWORD, "/api/auth/sessions/revoke-all/"])
def test_a_user_of_another_issuer_has_no_account_to_change(client, db, path):
    """Partners' users pass the edge under their issuer's prefix; so does, for a moment, who was deleted."""
    as_user(client, user_id="partner_1", username="zoë", session_id="partner_ses")
    body = {"current_password": "old words 7", "new_password": "tr0ub4dor and 3"}
    response = client.post(path, body, format="json")
    assert (response.status_code, response.json()["code"]) == (404, "not_found")
    assert not Revocation.objects.exists()
