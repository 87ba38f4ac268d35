"""Accounts: what they may be called, and what changing one revokes."""

import time

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.utils import timezone
from identity_provider.accounts import services
from identity_provider.accounts.demo import DEMO_USERS, create_missing
from identity_provider.accounts.models import User
from identity_provider.accounts.passwords import check_credentials
from identity_provider.accounts.selectors import find_user
from identity_provider.revocations.models import Revocation
from identity_provider.signin.models import Session
from identity_provider.signing.access_tokens import read_own_token

from vf_tokens.claims import MAX_ROLES

pytestmark = pytest.mark.django_db
GOOD = {"username": "carol", "email": "carol@example.test", "password": "tr0ub4dor and 3"}


def test_a_new_user_has_an_opaque_id_and_an_argon2_hash():
    user = services.create_user(**GOOD, roles=["customer"])
    assert user.pk.startswith("usr_")
    assert user.password.startswith("argon2$argon2id$v=19$m=7168,t=5,p=1$")
    assert check_credentials("carol", GOOD["password"]) == user


@pytest.mark.parametrize(
    "change",
    [
        {"username": ""},
        {"username": "a@b"},
        {"username": "new\nline"},
        {"username": " space"},
        {"username": "right-to-left\u202e"},
        {"email": "no address"},
        {"password": "short1!"},
        {"password": "password123"},
        {"password": "carol@example.test"},
        {"roles": ["Customer"]},
        {"roles": ["a,b"]},
        {"roles": ["customer", "customer"]},
        {"roles": "customer"},
        {"roles": [f"r{number}" for number in range(MAX_ROLES + 1)]},
    ],
)
def test_an_odd_name_a_weak_password_or_a_strange_role_is_refused(change):
    if change.get("roles") == "customer":
        with pytest.raises(ValidationError):
            User(username="carol", email="c@example.test", password="x", roles="customer").full_clean()
        return
    with pytest.raises(ValidationError):
        services.create_user(**{**GOOD, **change})


@pytest.mark.parametrize("field", ["username", "email"])
def test_names_and_addresses_are_unique_in_any_letter_case(make_user, field):
    make_user("alice")
    other = {"username": "other", "email": "other@example.test", field: getattr(User.objects.get(), field).upper()}
    with pytest.raises(IntegrityError), transaction.atomic():
        User(**other, password="x").save()
    with pytest.raises(ValidationError):
        services.create_user(**other, password="tr0ub4dor and 3")


@pytest.mark.parametrize("name", ["zoë", "漢字", 'o\'brien "x", <b>%00'])
def test_a_name_may_be_any_printable_text(name):
    user = services.create_user(**{**GOOD, "username": name})
    assert find_user(name) == user


@pytest.mark.parametrize("name", ["", "@", "%", "a" * 10_000, "'; DROP TABLE accounts_user; --"])
def test_an_odd_name_finds_nobody(alice, name):
    assert find_user(name) is None


def sign_in_somewhere(sign_in, client):
    client.cookies.clear()
    sign_in(using=client)
    return Session.objects.latest("created_at")


def test_new_roles_revoke_the_tokens_with_the_old_ones_but_end_no_session(sign_in, client, alice):
    session = sign_in_somewhere(sign_in, client)
    services.set_roles(user=alice, roles=["operator"])
    revocation = Revocation.objects.get()
    session.refresh_from_db()
    assert (revocation.kind, revocation.subject) == ("sub", alice.pk)
    assert abs(revocation.not_before - time.time()) < 5
    assert session.revoked_at is None
    assert client.post("/api/auth/refresh/").json()["roles"] == ["operator"]


def test_a_deactivated_user_is_out_at_once_and_cannot_come_back(sign_in, client, alice):
    session = sign_in_somewhere(sign_in, client)
    services.deactivate(user=alice, now=timezone.now())
    session.refresh_from_db()
    assert session.revoked_at is not None
    assert Revocation.objects.get().kind == "sub"
    assert client.post("/api/auth/refresh/").status_code == 401
    assert sign_in().status_code == 401
    services.activate(user=alice)
    assert sign_in().status_code == 200


@pytest.mark.parametrize("delete", [User.delete, lambda user: User.objects.filter(pk=user.pk).delete()])
def test_a_deleted_users_tokens_are_revoked_also_those_dated_a_second_ahead(sign_in, client, alice, delete):
    services.set_roles(user=alice, roles=["operator"])
    token = read_own_token(sign_in().cookies["jwt"].value.encode(), now=timezone.now())
    delete(alice)
    assert Revocation.objects.latest("pk").subject == token.identity.user_id
    assert Revocation.objects.latest("pk").not_before >= token.issued_at
    assert not Session.objects.exists()
    assert client.post("/api/auth/refresh/").status_code == 401


def test_the_demo_users_are_made_once_with_fixed_ids():
    assert create_missing() == ["admin", "alice", "bob"]
    assert create_missing() == []
    made = {user.pk: tuple(user.roles) for user in User.objects.all()}
    assert made == {
        "usr_demo_admin": ("admin", "operator"),
        "usr_demo_alice": ("customer",),
        "usr_demo_bob": ("customer",),
    }
    assert all(check_credentials(demo.username, demo.password) for demo in DEMO_USERS)


def test_production_refuses_to_make_demo_users(configure):
    configure(production=True)
    with pytest.raises(CommandError, match="production"):
        call_command("load_demo_data")
    assert not User.objects.exists()


def test_the_command_creates_a_user_with_roles(monkeypatch, capsys):
    monkeypatch.setattr("sys.stdin", __import__("io").StringIO("tr0ub4dor and 3\n"))
    call_command("create_user", "carol", "carol@example.test", "--role", "admin", "--role", "operator")
    user = check_credentials("carol", "tr0ub4dor and 3")
    assert user.roles == ["admin", "operator"]
    assert user.pk in capsys.readouterr().out


def test_the_command_says_what_is_wrong_with_a_user(monkeypatch):
    monkeypatch.setattr("sys.stdin", __import__("io").StringIO("short\n"))
    with pytest.raises(CommandError, match="too short"):
        call_command("create_user", "carol", "carol@example.test")


def test_the_command_changes_roles_and_closes_and_opens_accounts(alice):
    call_command("set_user", "alice", "--roles", "customer", "operator")
    call_command("set_user", "alice@example.test", "--deactivate")
    alice.refresh_from_db()
    assert (alice.roles, alice.is_active) == (["customer", "operator"], False)
    call_command("set_user", "alice", "--activate")
    alice.refresh_from_db()
    assert alice.is_active
    with pytest.raises(CommandError, match="Roles must be"):
        call_command("set_user", "alice", "--roles", "Not A Role")
    with pytest.raises(CommandError, match="No such user"):
        call_command("set_user", "nobody", "--activate")
