"""Operators see and end the sessions and tokens of a user, and see the service accounts."""

from datetime import timedelta

import pytest
from django.utils import timezone
from identity_provider.accounts.models import User
from identity_provider.events.models import Event
from identity_provider.programs import services as programs
from identity_provider.programs.models import PersonalAccessToken
from identity_provider.signin.models import Session

from vf_django.testing import as_user

pytestmark = pytest.mark.django_db(transaction=True)

OLGA = "usr_olga"


@pytest.fixture
def operator(other_client):
    return as_user(other_client, user_id=OLGA, username="olga", roles=("operator",))


@pytest.fixture
def token(alice):
    new = programs.create_token(
        user_id=alice.pk, name="Laptop", scopes=["customer"], lifetime=timedelta(days=1), now=timezone.now()
    )
    return new.token


def test_sessions_are_listed_and_one_is_ended(operator, alice, sign_in):
    sign_in()
    path = f"/api/auth/users/{alice.pk}/sessions/"
    [shown] = operator.get(path).json()
    assert (shown["id"], shown["current"]) == (Session.objects.get().pk, False)
    assert operator.delete(f"{path}{shown['id']}/").status_code == 204
    assert operator.get(path).json() == []
    event = Event.objects.get(kind="session_ended")
    assert (event.actor, event.user_id, event.reason) == (OLGA, alice.pk, "by_operator")
    assert operator.delete(f"{path}{shown['id']}/").status_code == 404


def test_a_session_of_another_user_is_not_found(operator, alice, make_user, sign_in):
    sign_in()
    path = f"/api/auth/users/{make_user('bob').pk}/sessions/{Session.objects.get().pk}/"
    assert operator.delete(path).status_code == 404
    assert Session.objects.get().revoked_at is None


def test_tokens_are_listed_without_the_secret_and_one_is_revoked(operator, alice, token):
    path = f"/api/auth/users/{alice.pk}/tokens/"
    [shown] = operator.get(path).json()
    assert (shown["id"], shown["name"], "token" in shown) == (token.pk, "Laptop", False)
    assert operator.delete(f"{path}{token.pk}/").status_code == 204
    assert PersonalAccessToken.objects.get().revoked_at
    event = Event.objects.get(kind="personal_token_revoked")
    assert (event.actor, event.reason) == (OLGA, "by_operator")
    assert operator.delete(f"{path}{token.pk}/").status_code == 404


def test_a_token_of_another_user_is_not_found(operator, make_user, token):
    assert operator.delete(f"/api/auth/users/{make_user('bob').pk}/tokens/{token.pk}/").status_code == 404
    assert PersonalAccessToken.objects.get().revoked_at is None


@pytest.mark.parametrize("what", ["sessions", "tokens"])
def test_an_account_that_does_not_exist_is_not_found(operator, what):
    assert operator.get(f"/api/auth/users/usr_x/{what}/").json()["code"] == "not_found"


def test_service_accounts_are_listed_with_their_valid_secrets_by_name(operator, django_assert_max_num_queries):
    now = timezone.now()
    for name in ("zebra", "ant"):
        programs.create_service_account(name=name, roles=["customer"], now=now)
    with django_assert_max_num_queries(3):
        answer = operator.get("/api/auth/service-accounts/")
    assert [account["name"] for account in answer.json()["results"]] == ["ant", "zebra"]
    [secret] = answer.json()["results"][0]["secrets"]
    assert secret.keys() == {"id", "hint", "created_at", "expires_at", "last_used_at"}


def test_a_revoked_secret_is_not_listed(operator):
    now = timezone.now()
    new = programs.create_service_account(name="ant", roles=[], now=now)
    programs.revoke_secret(account=new.stored.account, secret_id=new.stored.pk, now=now)
    assert operator.get("/api/auth/service-accounts/").json()["results"][0]["secrets"] == []


def test_the_kinds_of_events_are_those_of_the_filter(operator):
    kinds = operator.get("/api/auth/audit/kinds/").json()
    assert "signed_in" in kinds
    assert operator.get("/api/auth/audit/", {"kind": kinds}).status_code == 200


def test_users_are_found_by_role(operator, alice, make_user):
    User.objects.filter(pk=make_user("none").pk).update(roles=[])
    found = operator.get("/api/auth/users/", {"role": "customer"}).json()
    assert [user["id"] for user in found["results"]] == [alice.pk]
    assert operator.get("/api/auth/users/", {"role": "admin"}).json()["count"] == 0
    assert operator.get("/api/auth/users/", {"role": ""}).json()["count"] == 2


def test_a_role_that_does_not_exist_is_named(operator):
    answer = operator.get("/api/auth/users/", {"role": "operater"})
    assert (answer.status_code, set(answer.json()["errors"])) == (400, {"role"})
    assert "Did you mean operator?" in str(answer.json()["errors"])


def test_both_databases_find_users_by_role(installation):
    find = (
        "from identity_provider.operators.selectors import find_users as f; print([u.pk for u in f(role='operator')])"
    )
    assert "['usr_demo_admin']" in installation.manage("shell", "-c", find).stdout
