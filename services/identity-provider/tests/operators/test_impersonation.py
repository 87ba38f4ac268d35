"""An operator acts as a user: for a reason, for a while, named in every token and log, and without any change."""

from datetime import timedelta

import jwt
import pytest
from django.utils import timezone
from identity_provider.accounts import services as accounts
from identity_provider.accounts.models import User
from identity_provider.endpoints import SIGNED_IN, described
from identity_provider.events.models import Event
from identity_provider.revocations.models import Revocation
from identity_provider.signin.models import Session

from vf_django.testing import as_anonymous, as_user

pytestmark = pytest.mark.django_db(transaction=True)

REASON = "Ticket 1234: the invoice isn't shown"
STOP, REFRESH, PROFILE = "/api/auth/impersonation/stop/", "/api/auth/refresh/", "/api/profile/"


class Operator:
    """The browser of an operator, signed in a moment ago."""

    def __init__(self, client, user):
        self.client, self.user = client, user
        proof = {"username": user.username, "password": "correct horse 7"}
        as_anonymous(client).post("/api/auth/login/", proof, format="json")
        self.session = Session.objects.get(user=user, revoked_at=None)
        as_user(client, user_id=user.pk, username=user.username, roles=("operator",), session_id=self.session.pk)

    def ask(self, target, reason=REASON):
        return self.client.post(f"/api/auth/users/{target}/impersonate/", {"reason": reason}, format="json")

    def act_as(self, target):
        response = self.ask(target.pk)
        assert response.status_code == 200, response.json()
        session = Session.objects.get(actor=self.user.pk, revoked_at=None)
        names = {"user_id": target.pk, "username": target.username, "roles": tuple(target.roles)}
        as_user(self.client, session_id=session.pk, actor_id=self.user.pk, **names)
        return session, response

    def refresh(self):
        return as_anonymous(self.client).post(REFRESH)


@pytest.fixture
def olga(make_user):
    return make_user("olga", roles=("operator",))


@pytest.fixture
def operator(other_client, olga):
    return Operator(other_client, olga)


def claims_of(response):
    return jwt.decode(response.cookies["jwt"].value, options={"verify_signature": False})


def code_of(response):
    return response.status_code, response.json()["code"]


def test_the_session_is_the_users_and_names_the_operator(operator, alice, log_lines):
    session, response = operator.act_as(alice)
    claims = claims_of(response)
    assert (claims["sub"], claims["act"], claims["sid"]) == (alice.pk, {"sub": operator.user.pk}, session.pk)
    assert not {"acr", "amr", "auth_time"} & claims.keys()
    assert response.json()["username"] == "alice"
    assert timedelta(minutes=29) < session.expires_at - timezone.now() <= timedelta(minutes=30)
    [line] = [line for line in log_lines if line["event"] == "impersonation_started"]
    assert (line["user_id"], line["actor"], line["reason"]) == (alice.pk, operator.user.pk, REASON)
    assert operator.client.get(PROFILE).json()["impersonated_by"] == "olga"


def test_the_operators_own_session_ends(operator, alice):
    operator.act_as(alice)
    operator.session.refresh_from_db()
    assert operator.session.revoked_at is not None
    assert Revocation.objects.get().subject == operator.session.pk


def test_the_user_sees_it_and_can_end_it(operator, alice, client, sign_in):
    session, _ = operator.act_as(alice)
    sign_in()
    own = Session.objects.get(user=alice, actor="")
    as_user(client, user_id=alice.pk, session_id=own.pk)
    assert client.get(PROFILE).json()["impersonated_by"] is None
    events = client.get("/api/auth/events/").json()["results"]
    [event] = [event for event in events if event["kind"] == "impersonation_started"]
    assert (event["reason"], event["by_you"]) == (REASON, False)
    assert "olga" not in str(events)
    shown = {one["id"]: one["by_operator"] for one in client.get("/api/auth/sessions/").json()}
    assert shown == {own.pk: False, session.pk: True}
    assert client.delete(f"/api/auth/sessions/{session.pk}/").status_code == 204
    assert operator.refresh().status_code == 401


def test_what_is_done_in_it_is_recorded_as_the_operators(operator, alice):
    operator.act_as(alice)
    operator.client.post("/api/auth/account/close/", {}, format="json")
    operator.client.post(STOP)
    recorded = Event.objects.filter(user_id=alice.pk).values_list("kind", "actor")
    kinds = {"impersonation_started", "request_refused", "impersonation_stopped"}
    assert set(recorded) == {(kind, operator.user.pk) for kind in kinds}


@pytest.mark.parametrize("reason", ["", "too short", "x" * 501, "two lines\nof a reason", " " * 20])
def test_a_reason_is_required(operator, alice, reason):
    assert code_of(operator.ask(alice.pk, reason)) == (400, "validation_failed")
    assert not Session.objects.exclude(actor="").exists()


def test_nobody_acts_as_an_operator_or_themselves_or_as_a_locked_or_missing_user(operator, alice, make_user):
    other = make_user("other", roles=("customer", "operator"))
    accounts.deactivate(user=alice, now=timezone.now())
    for target in (operator.user.pk, other.pk, alice.pk):
        assert code_of(operator.ask(target)) == (409, "impersonation_refused")
    assert code_of(operator.ask("usr_missing")) == (404, "not_found")
    operator.session.refresh_from_db()
    assert operator.session.revoked_at is None


def test_an_old_proof_of_identity_is_not_enough(operator, alice):
    Session.objects.update(authenticated_at=timezone.now() - timedelta(minutes=6))
    assert code_of(operator.ask(alice.pk)) == (403, "reauthentication_required")


def test_a_user_or_a_program_with_the_role_cannot_act_as_another(client, alice, bob):
    path = f"/api/auth/users/{bob.pk}/impersonate/"
    as_user(client, user_id=alice.pk)
    assert code_of(client.post(path, {"reason": REASON}, format="json")) == (403, "role_required")
    as_user(client, user_id=alice.pk, roles=("operator",), session_id="gnt_1")
    assert code_of(client.post(path, {"reason": REASON}, format="json")) == (403, "program_not_allowed")


@pytest.mark.parametrize("change", [{"roles": []}, {"is_active": False}])
def test_a_token_from_before_the_operator_lost_the_role_or_the_account_starts_nothing(operator, alice, change):
    User.objects.filter(pk=operator.user.pk).update(**change)
    assert operator.ask(alice.pk).status_code in (404, 409)
    assert not Session.objects.exclude(actor="").exists()


def test_it_is_off_with_0(operator, alice, configure):
    configure(impersonation_lasts=0)
    assert code_of(operator.ask(alice.pk)) == (403, "impersonation_off")


CHANGES = [
    (row["method"], row["path"])
    for row in described()
    if row["authentication"] == SIGNED_IN
    and row["method"] != "GET"
    and not row["path"].endswith("/impersonation/stop/")
]


@pytest.mark.parametrize(("method", "path"), [*CHANGES, ("GET", "/api/auth/account/export/")])
def test_it_changes_nothing_in_the_account(operator, alice, method, path):
    operator.act_as(alice)
    assert code_of(operator.client.generic(method, path)) == (403, "impersonated")


def test_it_cannot_be_extended(operator, alice):
    session, _ = operator.act_as(alice)
    Session.objects.filter(pk=session.pk).update(expires_at=timezone.now() + timedelta(seconds=100))
    response = operator.refresh()
    claims = claims_of(response)
    assert claims["act"] == {"sub": operator.user.pk}
    assert claims["exp"] - claims["iat"] <= 100
    session.refresh_from_db()
    assert session.expires_at - timezone.now() <= timedelta(seconds=100)
    Session.objects.filter(pk=session.pk).update(expires_at=timezone.now())
    assert operator.refresh().status_code == 401


def test_it_has_no_role_that_requires_a_factor(operator, make_user, configure):
    configure(require_mfa_roles=frozenset({"admin"}))
    carol = make_user("carol", roles=("customer", "admin"))
    _, response = operator.act_as(carol)
    assert claims_of(response)["roles"] == ["customer"]


@pytest.mark.parametrize(
    "change",
    [
        lambda olga, _: accounts.set_roles(user=olga, roles=["customer"]),
        lambda olga, _: accounts.deactivate(user=olga, now=timezone.now()),
        lambda olga, _: User.objects.filter(pk=olga.pk).delete(),
    ],
    ids=["the role is taken away", "the operator is locked", "the operator is deleted"],
)
def test_it_is_revoked_at_once_when(operator, alice, change):
    session, _ = operator.act_as(alice)
    change(operator.user, alice)
    assert session.pk in Revocation.objects.values_list("subject", flat=True)
    assert operator.refresh().status_code == 401


@pytest.mark.parametrize(
    "change",
    [
        lambda olga, _: User.objects.filter(pk=olga.pk).update(roles=[]),
        lambda _, alice: accounts.set_roles(user=alice, roles=["operator"]),
    ],
    ids=["the role is gone", "the user becomes an operator"],
)
def test_it_ends_at_a_refresh_when(operator, alice, change, log_lines):
    session, _ = operator.act_as(alice)
    change(operator.user, alice)
    assert code_of(operator.refresh()) == (401, "refresh_token_invalid")
    assert "impersonation_ended" in [line.get("reason") for line in log_lines]
    session.refresh_from_db()
    assert session.revoked_at is not None


def test_it_stops(operator, alice):
    session, _ = operator.act_as(alice)
    response = operator.client.post(STOP)
    assert response.status_code == 204
    assert response.cookies["jwt"]["max-age"] == response.cookies["jwt_refresh"]["max-age"] == 0
    assert session.pk in Revocation.objects.values_list("subject", flat=True)
    assert operator.refresh().status_code == 401


def test_a_users_own_session_is_not_stopped(client, alice, sign_in):
    sign_in()
    session = Session.objects.get()
    as_user(client, user_id=alice.pk, session_id=session.pk)
    assert code_of(client.post(STOP)) == (409, "not_impersonating")
    session.refresh_from_db()
    assert session.revoked_at is None


def test_the_operators_device_stays_new_to_the_user(operator, alice):
    operator.act_as(alice)
    assert User.objects.get(pk=alice.pk).last_login is None
