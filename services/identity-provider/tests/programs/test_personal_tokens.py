"""Personal access tokens: shown once, with at most their user's roles, exchanged for access tokens, revoked at once."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from identity_provider.accounts import services as accounts
from identity_provider.events.models import Event
from identity_provider.programs import exchange as exchanging
from identity_provider.programs import services
from identity_provider.programs.models import PersonalAccessToken
from identity_provider.programs.secret_form import PERSONAL, new_secret
from identity_provider.revocations.models import Revocation
from identity_provider.signing.access_tokens import read_own_token
from tests.flows.factors import in_session
from tests.programs.conftest import TOKENS

from vf_django.testing import as_user

pytestmark = pytest.mark.django_db(transaction=True)


def read(response):
    assert response.status_code == 200, response.content
    return read_own_token(response.json()["access_token"].encode(), now=timezone.now())


def post(client, **fields):
    return client.post(TOKENS, {"name": "laptop", **fields}, format="json")


class TestTheApi:
    """``/api/auth/tokens/``."""

    def test_creates_a_token_that_is_shown_once_and_stored_as_a_digest(self, client, alice):
        response = post(in_session(client, alice), scopes=["customer"], expires_in_days=7)
        assert response.status_code == 201
        assert response["Cache-Control"] == "no-store"
        made = response.json()
        assert made["token"].startswith("vfp_")
        assert made["id"].startswith("gnt_")
        assert (made["name"], made["scopes"], made["last_used_at"]) == ("laptop", ["customer"], None)
        stored = PersonalAccessToken.objects.get()
        assert timedelta(days=6) < stored.expires_at - timezone.now() < timedelta(days=7)
        secret = made["token"].removeprefix("vfp_")
        assert all(secret not in str(value) for value in vars(stored).values())
        (listed,) = client.get(TOKENS).json()
        assert listed == {name: value for name, value in made.items() if name != "token"}

    def test_gives_at_most_the_users_own_roles(self, client, alice):
        response = post(in_session(client, alice), scopes=["operator"])
        assert (response.status_code, response.json()["errors"]) == (
            400,
            {"scopes": ["You don't have the role operator. A token has at most your roles."]},
        )

    @pytest.mark.parametrize(
        "fields",
        [
            {"name": ""},
            {"name": "a\nb"},
            {"name": "x" * 101},
            {"scopes": "customer"},
            {"scopes": ["customer", "customer"]},
            {"scopes": ["nonsense"]},
            {"expires_in_days": 0},
            {"expires_in_days": 367},
        ],
    )
    def test_refuses_what_is_malformed(self, client, alice, fields):
        assert post(in_session(client, alice), **fields).status_code == 400
        assert not PersonalAccessToken.objects.exists()

    def test_is_closed_to_programs_and_to_nobody(self, client, alice, personal_token):
        """Otherwise a token with few scopes could create one with more."""
        token = personal_token(scopes=[]).token
        as_user(client, user_id=alice.pk, session_id=token.pk)
        for answer in (post(client, scopes=["customer"]), client.get(TOKENS), client.delete(f"{TOKENS}{token.pk}/")):
            assert (answer.status_code, answer.json()["code"]) == (403, "program_not_allowed")
        assert PersonalAccessToken.objects.filter(revoked_at=None).count() == 1

    @pytest.mark.parametrize("path", ["/api/auth/sessions/", "/api/auth/events/"])
    def test_of_an_account_is_closed_to_programs(self, client, alice, path):
        assert as_user(client, user_id=alice.pk, session_id="gnt_x").get(path).status_code == 403
        assert as_user(client, user_id=alice.pk, session_id="ses_x").get(path).status_code == 200
        assert as_user(client, user_id=alice.pk, session_id="gnt_x").get("/api/profile/").status_code == 200

    def test_shows_and_revokes_nobody_elses(self, client, alice, bob, personal_token):
        token = personal_token().token
        in_session(client, bob)
        assert client.get(TOKENS).json() == []
        assert client.delete(f"{TOKENS}{token.pk}/").status_code == 404
        token.refresh_from_db()
        assert token.revoked_at is None

    def test_of_a_user_without_an_account_is_404(self, client, db):
        assert post(as_user(client, user_id="partner|1")).status_code == 404

    def test_bounds_the_number_of_live_and_of_ended_tokens(self, client, alice, personal_token):
        for _ in range(services.MOST_TOKENS):
            token = personal_token().token
        response = post(in_session(client, alice))
        assert (response.status_code, response.json()["code"]) == (409, "too_many_tokens")
        for _ in range(services.MOST_ENDED_TOKENS + 5):
            client.delete(f"{TOKENS}{token.pk}/")
            token = personal_token().token
        assert PersonalAccessToken.objects.count() <= services.MOST_TOKENS + services.MOST_ENDED_TOKENS + 1


class TestTheExchange:
    """``POST /api/auth/token/`` with a personal access token."""

    def test_gives_a_short_access_token_of_the_user_with_the_tokens_id_as_session(
        self, alice, personal_token, exchange
    ):
        new = personal_token()
        response = exchange(new.secret)
        body = response.json()
        assert (body["token_type"], body["expires_in"], body["scope"]) == ("Bearer", 300, "customer")
        assert body["issued_token_type"] == "urn:ietf:params:oauth:token-type:access_token"
        assert (response["Cache-Control"], response["Pragma"]) == ("no-store", "no-cache")
        assert not response.cookies
        access = read(response)
        assert (access.identity.user_id, access.identity.username) == (alice.pk, "alice")
        assert (access.identity.session_id, access.identity.roles) == (new.token.pk, ("customer",))
        assert access.expires_at - access.issued_at == 300

    def test_gives_the_scopes_that_the_user_has_now(self, make_user, personal_token, exchange):
        olga = make_user("olga", roles=("customer", "operator"))
        secret = personal_token(["customer", "operator"], user=olga).secret
        assert read(exchange(secret)).identity.roles == ("customer", "operator")
        accounts.set_roles(user=olga, roles=["customer", "admin"])
        assert read(exchange(secret)).identity.roles == ("customer",)

    def test_gives_fewer_scopes_if_asked_and_never_more(self, make_user, personal_token, exchange):
        olga = make_user("olga", roles=("customer", "operator", "admin"))
        secret = personal_token(["customer", "operator"], user=olga).secret
        assert read(exchange(secret, scope="operator")).identity.roles == ("operator",)
        refused = exchange(secret, scope="operator admin")
        assert (refused.status_code, refused.json()["error"]) == (400, "invalid_scope")

    def test_never_gives_a_token_that_outlives_the_personal_one(self, personal_token, exchange):
        new = personal_token()
        PersonalAccessToken.objects.update(expires_at=timezone.now() + timedelta(seconds=30))
        assert 25 <= exchange(new.secret).json()["expires_in"] <= 30

    def test_notes_the_hour_and_not_the_minute(self, personal_token, exchange):
        exchange(personal_token().secret)
        used = PersonalAccessToken.objects.get().last_used_at
        assert (used.minute, used.second, used.microsecond) == (0, 0, 0)
        assert timezone.now() - used < timedelta(hours=1)

    def test_makes_two_statements_in_a_transaction(self, personal_token, exchange, django_assert_num_queries):
        secret = personal_token().secret
        exchange(secret)
        with django_assert_num_queries(4):  # with BEGIN and COMMIT
            assert exchange(secret).status_code == 200

    def test_is_an_event_of_the_log_and_none_of_the_table(self, alice, personal_token, exchange, log_lines):
        new = personal_token()
        exchange(new.secret)
        (line,) = [line for line in log_lines if line["event"] == "program_token_issued"]
        assert (line["user_id"], line["session_id"], line["scopes"]) == (alice.pk, new.token.pk, ["customer"])
        assert [event.kind for event in Event.objects.all()] == ["personal_token_created"]

    def test_writes_no_secret_into_the_log_or_the_events(self, personal_token, exchange, log_lines):
        new = personal_token()
        access = exchange(new.secret).json()["access_token"]
        exchange(new.secret[:-1] + "x")
        exchange("vfp_mistyped")
        told = str(log_lines) + str(list(Event.objects.values()))
        for secret in (new.secret, access, "vfp_"):
            assert secret not in told


ENDS = {
    "revoked by its user": (
        lambda new, alice: services.revoke_token(user_id=alice.pk, token_id=new.token.pk, now=timezone.now()),
        "token_revoked",
    ),
    "expired": (
        lambda new, alice: PersonalAccessToken.objects.update(expires_at=timezone.now()),
        "token_expired",
    ),
    "of a deactivated user": (lambda new, alice: accounts.deactivate(user=alice, now=timezone.now()), "token_revoked"),
    "of an activated user again": (
        lambda new, alice: (accounts.deactivate(user=alice, now=timezone.now()), accounts.activate(user=alice)),
        "token_revoked",
    ),
    "of a user whom a program deactivated in the table": (
        lambda new, alice: type(alice).objects.update(is_active=False),
        "account_deactivated",
    ),
    "of a deleted user": (lambda new, alice: alice.delete(), "unknown_token"),
}


@pytest.mark.parametrize("end", ENDS)
def test_a_token_that_has_ended_gets_the_answer_of_an_unknown_one(alice, personal_token, exchange, log_lines, end):
    new, act = personal_token(), ENDS[end]
    unknown = exchange(secret_of_another())
    act[0](new, alice)
    answer = exchange(new.secret)
    assert (answer.status_code, answer.content) == (unknown.status_code, unknown.content)
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_grant")
    [*_, line] = [line for line in log_lines if line["event"] == "program_token_refused"]
    assert line["reason"] == act[1]


def secret_of_another():
    return new_secret(PERSONAL)


def test_a_revoked_token_revokes_the_access_tokens_by_its_id_for_as_long_as_one_can_live(alice, personal_token):
    new = personal_token()
    services.revoke_token(user_id=alice.pk, token_id=new.token.pk, now=timezone.now())
    entry = Revocation.objects.get()
    assert (entry.kind, entry.subject) == ("sid", new.token.pk)
    assert entry.expires_at >= timezone.now().timestamp() + 3600


def test_new_roles_and_a_deactivation_revoke_the_access_tokens_by_the_user(alice, personal_token, exchange):
    issued = read(exchange(personal_token().secret))
    accounts.set_roles(user=alice, roles=[])
    entry = Revocation.objects.get()
    assert (entry.kind, entry.subject) == ("sub", alice.pk)
    assert issued.issued_at <= entry.not_before


def test_too_many_exchanges_of_one_token_are_429_and_those_of_another_are_not(personal_token, exchange, monkeypatch):
    monkeypatch.setattr(exchanging, "MOST_EXCHANGES", 3)
    first, second = personal_token(), personal_token()
    answers = [exchange(first.secret) for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert answers[-1].json()["code"] == "too_many_exchanges"
    assert 0 < int(answers[-1]["Retry-After"]) <= 60
    assert exchange(second.secret).status_code == 200
    PersonalAccessToken.objects.update(window_began_at=timezone.now() - timedelta(minutes=2))
    assert exchange(first.secret).status_code == 200


def test_too_many_wrong_tokens_are_429_and_a_right_one_still_works(personal_token, exchange):
    right = personal_token().secret
    answers = [exchange(secret_of_another()).status_code for _ in range(exchanging.WRONG.failures + 2)]
    assert answers[0] == 400
    assert answers[-2:] == [429, 429]
    assert exchange(right).status_code == 200


def test_what_has_no_checksum_is_refused_without_a_look_at_the_tokens(exchange):
    with CaptureQueriesContext(connection) as queries:
        assert exchange("vfp_" + "x" * 46).status_code == 400
    assert not [query for query in queries if "personalaccesstoken" in query["sql"]]
