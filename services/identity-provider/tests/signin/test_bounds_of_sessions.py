"""Work and rows of refreshing and signing in are bounded, and the session list gives no moment away."""

import time
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.db.models import F
from django.test.utils import CaptureQueriesContext
from identity_provider.cleaning import rows
from identity_provider.revocations.models import Revocation
from identity_provider.signin import refresh as refreshing
from identity_provider.signin import services
from identity_provider.signin.last_use import note_use, shown_last_use
from identity_provider.signin.models import RefreshToken, Session
from identity_provider.signin.refresh_tokens import digest, new_refresh_token

from vf_django.testing import as_anonymous, as_user

REFRESH, CONTINUE, SESSIONS = "/api/auth/refresh/", "/api/auth/continue/", "/api/auth/sessions/"


@pytest.fixture
def used(client, sign_in, alice):
    """A refresh token that its owner has used a moment ago."""
    token = sign_in(HTTP_USER_AGENT="owner").cookies["jwt_refresh"].value
    assert client.post(REFRESH, HTTP_USER_AGENT="owner").status_code == 200
    return token


@pytest.mark.parametrize(
    "thief",
    [
        {"HTTP_USER_AGENT": "thief"},
        {"HTTP_USER_AGENT": ""},
        {"HTTP_USER_AGENT": "owner", "HTTP_X_FORWARDED_FOR": "198.51.100.7"},
        {"HTTP_USER_AGENT": "owner", "HTTP_X_FORWARDED_FOR": "2001:db8::1"},
    ],
    ids=["another user agent", "no user agent", "another network", "another kind of network"],
)
@pytest.mark.parametrize("path", [REFRESH, CONTINUE])
def test_within_the_grace_another_client_gets_nothing_and_the_session_ends(client, other_client, used, thief, path):
    other_client.cookies["jwt_refresh"] = used
    method = other_client.post if path == REFRESH else other_client.get
    response = method(path, **thief)
    assert response.status_code == (401 if path == REFRESH else 302)
    assert "jwt_refresh" not in response.cookies or not response.cookies["jwt_refresh"].value
    session = Session.objects.get()
    assert session.revoked_at is not None
    assert Revocation.objects.get().subject == session.pk
    assert client.post(REFRESH, HTTP_USER_AGENT="owner").status_code == 401


@pytest.mark.parametrize("path", [REFRESH, CONTINUE])
def test_within_the_grace_the_same_client_gets_the_successor_again(client, other_client, used, path):
    other_client.cookies["jwt_refresh"] = used
    method = other_client.post if path == REFRESH else other_client.get
    again = method(path, HTTP_USER_AGENT="owner").cookies["jwt_refresh"].value
    assert again == client.cookies["jwt_refresh"].value != used
    assert Session.objects.get().revoked_at is None


def test_a_session_is_refreshed_only_so_often_and_goes_on_afterwards(client, sign_in, alice):
    sign_in()
    statuses = [client.post(REFRESH).status_code for _ in range(refreshing.MOST_ROTATIONS + 5)]
    assert statuses == [200] * refreshing.MOST_ROTATIONS + [429] * 5
    refused = client.post(REFRESH)
    assert (refused.json()["code"], bool(refused.cookies)) == ("too_many_refreshes", False)
    assert 0 < int(refused["Retry-After"]) <= 60
    assert RefreshToken.objects.count() == refreshing.MOST_ROTATIONS + 1
    assert client.get(CONTINUE).url.startswith("/accounts/login/")
    Session.objects.update(window_began_at=Session.objects.get().window_began_at - refreshing.WINDOW)
    assert client.post(REFRESH).status_code == 200


def test_the_walk_to_the_newest_token_costs_no_query_for_each_step(client, sign_in, alice):
    first = sign_in().cookies["jwt_refresh"].value
    counts = []
    for rotations in (1, 100):
        for _ in range(rotations):
            client.post(REFRESH)
        newest = client.cookies["jwt_refresh"].value
        client.cookies["jwt_refresh"] = first
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert client.post(REFRESH).cookies["jwt_refresh"].value == newest
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_a_walk_that_finds_no_end_is_bounded(client, sign_in, alice, monkeypatch, configure):
    sign_in()
    session = Session.objects.get()
    steps = []
    derive = refreshing.successor
    monkeypatch.setattr(refreshing, "successor", lambda *a: (steps.append(1), derive(*a))[1])
    assert refreshing._newest(new_refresh_token(), session) is None
    assert len(steps) == 2 * refreshing.MOST_ROTATIONS + 1


def test_a_session_keeps_a_bounded_number_of_used_tokens(client, sign_in, alice, monkeypatch):
    monkeypatch.setattr(refreshing, "MOST_USED_TOKENS", 10)
    monkeypatch.setattr(refreshing, "CLEANED_EVERY", 5)
    sign_in()
    most = 0
    for _ in range(40):
        assert client.post(REFRESH).status_code == 200
        most = max(most, RefreshToken.objects.count())
    assert most <= 10 + 5 + 1
    assert RefreshToken.objects.filter(digest=digest(client.cookies["jwt_refresh"].value), rotated_at=None).exists()


def test_a_user_has_a_bounded_number_of_sessions_and_the_least_used_one_ends(client, sign_in, alice, bob, monkeypatch):
    monkeypatch.setattr(services, "MOST_SESSIONS", 3)
    monkeypatch.setattr(services, "MOST_ENDED_SESSIONS", 4)
    sign_in("bob", using=as_anonymous(client))
    ids = []
    for _ in range(12):
        client.cookies.clear()
        assert sign_in("alice", using=as_anonymous(client)).status_code == 200
        ids.append(Session.objects.filter(user=alice).latest("created_at").pk)
    live = Session.objects.filter(user=alice, revoked_at=None)
    assert set(live.values_list("pk", flat=True)) == set(ids[-3:])
    assert Session.objects.filter(user=alice).count() <= 3 + 4 + 1
    assert {revocation.subject for revocation in Revocation.objects.all()} == set(ids[:-3])
    assert Session.objects.filter(user=bob, revoked_at=None).count() == 1


def test_the_list_says_how_many_sessions_there_are(client, sign_in, alice, monkeypatch):
    monkeypatch.setattr(services, "MOST_SESSIONS", 3)
    for _ in range(2):
        client.cookies.clear()
        sign_in(using=as_anonymous(client))
    as_user(client, user_id=alice.pk)
    response = client.get(SESSIONS)
    assert (len(response.json()), response["X-Total-Count"]) == (2, "2")
    row = Session.objects.first()
    for _ in range(3):  # as before the bound
        row.pk = f"{row.pk}x"
        row.save(force_insert=True)
    response = client.get(SESSIONS)
    assert (len(response.json()), response["X-Total-Count"]) == (3, "5")


NOON = datetime(2026, 11, 27, 12, 0, tzinfo=UTC)


def at(hours, minutes=0.0):
    return NOON + timedelta(hours=hours, minutes=minutes)


def session_used(*moments):
    session = Session(created_at=moments[0], last_used_at=moments[0])
    for moment in moments[1:]:
        note_use(session, moment)
    return session


@pytest.mark.parametrize(
    ("used_at", "now", "shown"),
    [
        ([at(0, 5)], at(0, 6), at(0)),
        ([at(0, 5), at(0, 40)], at(0, 41), at(0)),
        ([at(0, 5), at(1, 1)], at(1, 2), at(0)),
        ([at(0, 5), at(1, 1), at(1, 59)], at(1, 59.5), at(0)),
        ([at(0, 5), at(1, 1)], at(2, 0), at(1)),
        ([at(0, 5), at(4, 1)], at(4, 2), at(0)),
        ([at(0, 5), at(4, 1)], at(9), at(4)),
    ],
)
def test_what_is_shown_is_the_last_use_before_this_hour(used_at, now, shown):
    assert shown_last_use(session_used(*used_at), now) == shown


@pytest.mark.parametrize("minute", range(0, 60, 7))
def test_a_refresh_changes_nothing_that_is_shown_at_that_moment(minute):
    before, after = session_used(at(0, 5), at(1, 30)), session_used(at(0, 5), at(1, 30), at(3, minute))
    assert shown_last_use(before, at(3, minute)) == shown_last_use(after, at(3, minute)) == at(1)


def test_a_refresh_changes_nothing_in_the_session_list(client, sign_in, alice, other_client):
    sign_in()
    sign_in(using=other_client)
    hour = timedelta(hours=3)
    for session in Session.objects.all():
        session.created_at -= hour
        session.last_used_at -= hour
        session.save()
    as_user(thief := client.__class__(), user_id=alice.pk)
    before = thief.get(SESSIONS).json()
    for _ in range(3):
        assert other_client.post(REFRESH).status_code == 200
        time.sleep(0.01)
    assert thief.get(SESSIONS).json() == before


def test_the_order_of_the_session_list_gives_no_moment_away(client, sign_in, alice, other_client):
    sign_in(using=other_client)
    sign_in()
    Session.objects.update(
        created_at=F("created_at") - timedelta(hours=3), last_used_at=F("last_used_at") - timedelta(hours=3)
    )
    as_user(thief := client.__class__(), user_id=alice.pk)
    before = [row["id"] for row in thief.get(SESSIONS).json()]
    assert other_client.post(REFRESH).status_code == 200  # the older one, which is listed last
    assert [row["id"] for row in thief.get(SESSIONS).json()] == before
    assert len(before) == 2


def test_one_sign_in_deletes_few_of_the_sessions_beyond_the_bound(client, sign_in, alice, monkeypatch):
    for _ in range(8):
        client.cookies.clear()
        sign_in(using=as_anonymous(client))
    Session.objects.update(revoked_at=NOON)
    monkeypatch.setattr(services, "MOST_ENDED_SESSIONS", 0)
    client.cookies.clear()
    sign_in(using=as_anonymous(client))
    assert Session.objects.filter(revoked_at=NOON).count() == 8 - services.FORGOTTEN_AT_ONCE


def test_rows_are_deleted_in_batches(client, sign_in, alice, monkeypatch):
    monkeypatch.setattr(rows, "BATCH", 2)
    sign_in()
    for _ in range(4):
        client.post(REFRESH)
    with CaptureQueriesContext(connection) as queries:
        services.delete_in_batches(RefreshToken.objects.all())
    assert RefreshToken.objects.count() == 0
    assert sum(query["sql"].startswith("DELETE") for query in queries) == 3


def test_a_jar_of_many_cookies_of_our_names_costs_few_signature_checks(client, alice, monkeypatch):
    checked = []
    monkeypatch.setattr(services, "read_own_token", lambda token, now: checked.append(token))
    jar = "; ".join(f"jwt=a.b.{n}" for n in range(500))
    assert client.post("/api/auth/logout/", HTTP_COOKIE=jar).status_code == 204
    assert 1 <= len(checked) <= 10


def test_a_process_from_before_the_last_columns_can_still_begin_a_session(alice):
    """During a rolling update it writes rows without them."""
    at = "2026-11-27 12:00:00+00:00"
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO signin_session (id, user_id, remember, address, user_agent, created_at, last_used_at,"
            " expires_at, access_expires_at) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)",
            ["ses_old", alice.pk, False, "127.0.0.1", "", at, at, at, at],
        )
        cursor.execute(
            "INSERT INTO signin_refreshtoken (digest, session_id, created_at) VALUES (%s, %s, %s)", ["d", "ses_old", at]
        )
    session = Session.objects.get()
    assert (session.rotations, session.window_rotations, session.client_key_digest) == (0, 0, "")
    assert (RefreshToken.objects.get().rotated_by, RefreshToken.objects.get().rotated_with_key) == ("", False)
