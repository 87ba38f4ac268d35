"""Operators list, show, create, change, lock, sign out and close accounts, and nobody else does."""

import io
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from identity_provider import audit
from identity_provider.accounts.models import User
from identity_provider.endpoints import ENDPOINTS, OPERATOR
from identity_provider.events.models import Event
from identity_provider.programs import services as programs
from identity_provider.revocations.models import Revocation
from identity_provider.signin.models import Session

from vf_django.testing import as_user

pytestmark = pytest.mark.django_db(transaction=True)

USERS = "/api/auth/users/"
OLGA = "usr_olga"


@pytest.fixture
def operator(other_client):
    return as_user(other_client, user_id=OLGA, username="olga", roles=("operator",))


@pytest.mark.parametrize(
    ("method", "path"),
    [(method, one.path()) for one in ENDPOINTS if one.access == OPERATOR for method in one.returns],
)
@pytest.mark.parametrize("prefix", ["/api/v1/", "/api/"])
@pytest.mark.parametrize("roles", [(), ("customer", "admin"), ("Operator",)])
def test_who_is_no_operator_gets_403_from_the_service_too(client, alice, log_lines, method, path, prefix, roles):
    as_user(client, user_id=alice.pk, roles=roles)
    answer = client.generic(method, path.replace("<user_id>", alice.pk).replace("/api/v1/", prefix))
    assert (answer.status_code, answer.json()["code"]) == (403, "role_required")
    assert User.objects.filter(pk=alice.pk, is_active=True).exists()
    assert [line["event"] for line in log_lines if "refused" in line["event"]] == ["request_refused"]


def test_the_list_finds_by_id_and_by_part_of_a_name_in_any_spelling(operator, make_user):
    zoe = make_user("Zoë-Smith")
    make_user("other")
    for search in (zoe.pk, "zoë", "ZOË", "smith@EXAMPLE"):
        found = operator.get(USERS, {"search": search}).json()
        assert [user["id"] for user in found["results"]] == [zoe.pk], search
    assert operator.get(USERS).json()["count"] == 2
    for search in ("%", "_", "'; DROP TABLE"):
        assert operator.get(USERS, {"search": search}).json()["count"] == 0
    User.objects.filter(pk=zoe.pk).update(is_active=False)
    assert operator.get(USERS, {"active": "false"}).json()["count"] == 1
    assert operator.get(USERS, {"active": "nonsense"}).status_code == 400


def test_no_answer_contains_a_hash(operator, alice):
    for path in (USERS, f"{USERS}{alice.pk}/"):
        assert "argon2" not in operator.get(path).content.decode()


def test_an_account_is_shown_with_its_sessions_and_tokens(operator, alice, sign_in):
    sign_in()
    programs.create_token(user_id=alice.pk, name="x", scopes=[], lifetime=timedelta(days=1), now=timezone.now())
    shown = operator.get(f"{USERS}{alice.pk}/").json()
    assert shown["user"] | {"id": alice.pk, "roles": ["customer"], "is_active": True} == shown["user"]
    assert (shown["sessions"], shown["personal_access_tokens"]) == (1, 1)
    assert shown["last_sign_in_at"]


def test_an_account_is_created_by_the_rules_of_all_accounts(operator):
    body = {"username": "carol", "email": "c@example.test", "password": "tr0ub4dor and 3", "roles": ["customer"]}
    assert operator.post(USERS, body, format="json").status_code == 201
    assert operator.post(USERS, body, format="json").json()["errors"].keys() == {"username", "email"}
    weak = operator.post(USERS, {**body, "username": "dave", "email": "d@x.test", "password": "1234"}, format="json")
    assert (weak.status_code, set(weak.json()["errors"])) == (400, {"password"})
    event = Event.objects.get(kind="user_created")
    assert event.actor == OLGA


def test_new_roles_name_the_operator_in_the_event_and_an_unknown_one_is_told(operator, alice):
    path = f"{USERS}{alice.pk}/roles/"
    assert operator.put(path, {"roles": ["admin"]}, format="json").json()["roles"] == ["admin"]
    event = Event.objects.get(kind="roles_changed")
    assert (event.user_id, event.actor) == (alice.pk, OLGA)
    refused = operator.put(path, {"roles": ["operater"]}, format="json")
    assert refused.json()["errors"] == {"roles": ["operater is not a role of this platform. Did you mean operator?"]}
    alice.refresh_from_db()
    assert alice.roles == ["admin"]


def test_a_locked_account_is_out_at_once_and_can_come_back(operator, client, alice, sign_in):
    sign_in()
    assert operator.post(f"{USERS}{alice.pk}/lock/").json()["is_active"] is False
    assert client.post("/api/auth/refresh/").status_code == 401
    assert sign_in().status_code == 401
    assert Revocation.objects.filter(kind="sub", subject=alice.pk).exists()
    assert operator.post(f"{USERS}{alice.pk}/unlock/").json()["is_active"] is True
    assert sign_in().status_code == 200
    assert {event.actor for event in Event.objects.filter(kind__in=("user_deactivated", "user_activated"))} == {OLGA}


def test_a_user_is_signed_out(operator, alice, sign_in):
    sign_in()
    assert operator.post(f"{USERS}{alice.pk}/sign-out/").json() == {"revoked_sessions": 1}
    assert not Session.objects.filter(revoked_at=None).exists()


@pytest.mark.parametrize("name", ["alice", "alice@example.test"])
def test_limits_that_others_have_used_up_are_reset(operator, alice, sign_in, name):
    for _ in range(11):
        sign_in(name, password="wrong")
    assert sign_in(name).status_code == 429
    assert operator.post(f"{USERS}{alice.pk}/reset-limits/").status_code == 204
    assert sign_in(name).status_code == 200
    assert Event.objects.get(kind="limits_reset").actor == OLGA


def test_a_closed_account_is_gone_and_its_events_stay(operator, client, alice, sign_in):
    sign_in()
    assert operator.delete(f"{USERS}{alice.pk}/").status_code == 204
    assert not User.objects.exists()
    assert client.post("/api/auth/refresh/").status_code == 401
    assert Event.objects.get(kind="user_deleted").actor == OLGA


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [("delete", "", None), ("post", "lock/", None), ("put", "roles/", {"roles": ["customer"]})],
)
def test_operators_cannot_lock_themselves_out(operator, make_user, method, path, body):
    make_user("olga", id=OLGA, roles=("operator",))
    answer = getattr(operator, method)(f"{USERS}{OLGA}/{path}", body, format="json")
    assert (answer.status_code, answer.json()["code"]) == (409, "own_account")
    assert User.objects.get().roles == ["operator"]


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("get", ""),
        ("delete", ""),
        ("post", "lock/"),
        ("post", "unlock/"),
        ("post", "sign-out/"),
        ("post", "reset-limits/"),
    ],
)
def test_an_account_that_is_not_there_is_404(operator, method, path):
    assert getattr(operator, method)(f"{USERS}usr_x/{path}").status_code == 404


def test_the_roles_say_what_they_permit(operator):
    roles = {role["name"]: role for role in operator.get("/api/auth/roles/").json()}
    assert roles["operator"]["permits"]


def run(*words):
    out = io.StringIO()
    with audit.acting(audit.command(["manage.py", words[0]])):
        call_command(*words, stdout=out)
    return out.getvalue()


def test_the_commands_use_the_same_services(client, alice, bob, sign_in):
    sign_in()
    assert run("list_users", "--search", "ALI") == f"{alice.pk} alice alice@example.test active roles: customer\n"
    shown = run("show_user", "alice")
    assert "live sessions:          1\n" in shown
    assert run("sign_out_user", "alice") == "ended sessions: 1\n"
    client.cookies.clear()  # a known browser has its own count
    sign_in(password="wrong")
    assert run("reset_limits", "alice") == "deleted counts: 4\n"
    with pytest.raises(CommandError, match="not the user's username"):
        run("close_user", "alice", "--confirm", "bob")
    assert run("close_user", "alice@example.test", "--confirm", "alice") == "closed: alice\n"
    assert [user.username for user in User.objects.all()] == ["bob"]
    actors = set(Event.objects.filter(kind__in=("limits_reset", "user_deleted")).values_list("actor", flat=True))
    assert actors == {"command:reset_limits", "command:close_user"}


@pytest.mark.parametrize("command", ["show_user", "sign_out_user", "reset_limits"])
def test_a_command_for_an_unknown_user_says_so(db, command):
    with pytest.raises(CommandError, match="No such user"):
        run(command, "nobody")
