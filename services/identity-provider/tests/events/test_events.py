"""What happened to an account: stored with the audit log's events, shown to its user alone, exported and deleted."""

import json
from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from identity_provider import audit
from identity_provider.accounts import services as accounts
from identity_provider.events import services
from identity_provider.events.models import Event
from identity_provider.signin.models import Session

from vf_django.testing import as_user

pytestmark = pytest.mark.django_db(transaction=True)

EVENTS = "/api/auth/events/"


def kinds(**filters):
    return list(Event.objects.filter(**filters).order_by("pk").values_list("kind", flat=True))


def listed(client, user, **more):
    return as_user(client, user_id=user.pk, **more).get(EVENTS).json()


def test_a_sign_in_is_an_event_with_where_it_came_from(client, sign_in, alice):
    response = client.post(
        "/api/auth/login/",
        {"username": "alice", "password": "correct horse 7"},
        format="json",
        HTTP_USER_AGENT="A Browser",
        HTTP_X_FORWARDED_FOR="203.0.113.9",
        HTTP_X_REQUEST_ID="0123456789abcdef0123456789abcdef",
    )
    assert response.status_code == 200
    event = Event.objects.get()
    assert (event.kind, event.succeeded, event.user_id, event.actor) == ("signed_in", True, alice.pk, alice.pk)
    assert (event.network, event.user_agent) == ("203.0.113.9", "A Browser")
    assert event.session_id == Session.objects.get().pk
    assert event.request_id == response["X-Request-Id"]
    assert timezone.now() - event.at < timedelta(minutes=1)


def test_a_refused_sign_in_is_an_event_of_the_account_that_was_tried(sign_in, alice):
    assert sign_in(password="guessed").status_code == 401
    event = Event.objects.get()
    assert (event.kind, event.succeeded, event.user_id, event.actor) == ("sign_in_failed", False, alice.pk, "")


def test_a_name_without_an_account_costs_the_same_statements(sign_in, alice, django_assert_num_queries):
    """Else the time of a response would reveal who has an account. The name itself is not stored."""
    sign_in("warm up", password="guessed")  # which kinds of hashes are in use is looked up once
    with CaptureQueriesContext(connection) as known:
        assert sign_in(password="guessed").status_code == 401
    with django_assert_num_queries(len(known)):
        assert sign_in("mallory", password="guessed").status_code == 401
    event = Event.objects.latest("pk")
    assert (event.kind, event.user_id, event.actor, event.details) == ("sign_in_failed", "", "", {})


def test_a_refresh_is_routine_and_no_event(client, sign_in, alice):
    sign_in()
    assert client.post("/api/auth/refresh/").status_code == 200
    assert kinds() == ["signed_in"]


def test_what_a_command_changes_is_an_event_with_the_command_as_its_actor(alice):
    with audit.acting(audit.command(["manage.py", "set_user"])):
        accounts.set_roles(user=alice, roles=["operator"])
    event = Event.objects.get(kind="roles_changed")
    assert (event.user_id, event.actor) == (alice.pk, "command:set_user")
    assert event.details["roles"] == ["operator"]


def test_a_change_that_is_rolled_back_is_no_event(alice):
    with transaction.atomic():
        audit.record(audit.Event.PASSWORD_CHANGED, user_id=alice.pk)
        transaction.set_rollback(True)
    assert kinds() == []


def test_anyone_on_the_internet_causes_a_limited_number(alice):
    for _ in range(audit.LINES_OF_SOURCE + 20):
        audit.record(audit.Event.SIGN_IN_FAILED, user_id=alice.pk, network="203.0.113.9")
    assert len(kinds()) == audit.LINES_OF_SOURCE


def test_a_database_that_fails_stops_nothing_and_the_log_says_so(alice, monkeypatch, log_lines):
    def fail(*_, **__):
        raise DatabaseError("no space left")

    monkeypatch.setattr(Event, "save", fail)
    audit.record(audit.Event.PASSWORD_CHANGED, user_id=alice.pk)
    (line,) = [line for line in log_lines if line["event"] == "event_not_stored"]
    assert (line["kind"], line["user_id"], line["reason"]) == ("password_changed", alice.pk, "DatabaseError")


def test_users_see_their_own_events_alone_the_latest_first(client, other_client, sign_in, alice, bob):
    sign_in()
    sign_in("bob", using=other_client)
    sign_in(password="guessed")
    seen = listed(client, alice)
    assert (seen["count"], [event["kind"] for event in seen["results"]]) == (2, ["sign_in_failed", "signed_in"])
    assert [event["by_you"] for event in seen["results"]] == [False, True]
    assert listed(client, bob)["count"] == 1


def test_the_event_of_this_session_is_marked(client, sign_in, alice):
    sign_in()
    session = Session.objects.get().pk
    (event,) = listed(client, alice, session_id=session)["results"]
    assert event["current_session"] is True
    (event,) = listed(client, alice, session_id="ses_another")["results"]
    assert event["current_session"] is False


def test_an_operator_is_not_named_to_the_user(client, alice):
    with audit.acting(audit.Context(actor="usr_operator")):
        audit.record(audit.Event.USER_ACTIVATED, user_id=alice.pk)
    (event,) = listed(client, alice)["results"]
    assert event["by_you"] is False
    assert "usr_operator" not in json.dumps(event)


def test_pages_are_bounded_and_nobody_else_may_keep_them(client, alice):
    for _ in range(25):
        audit.record(audit.Event.PASSWORD_CHANGED, user_id=alice.pk)
    response = as_user(client, user_id=alice.pk).get(EVENTS)
    assert (response.json()["count"], len(response.json()["results"])) == (25, 20)
    assert "no-store" in response["Cache-Control"]


def test_without_a_credential_there_is_nothing_to_see(client):
    assert client.get(EVENTS).status_code == 401


@pytest.fixture
def of_three_days(alice):
    now = datetime.now(UTC)
    for days in (100, 91, 1):
        Event.objects.create(at=now - timedelta(days=days), kind=f"days_{days}", succeeded=True, user_id=alice.pk)
    return now


@pytest.mark.parametrize(("kept", "names"), [(365, ["days_1", "days_91", "days_100"]), (90, ["days_1"])])
def test_events_are_deleted_after_their_days(of_three_days, configure, kept, names):
    configure(events_days=kept)
    services.delete_old_events(now=of_three_days)
    assert sorted(kinds()) == sorted(names)


def exported(*arguments):
    out = StringIO()
    call_command("export_events", *arguments, stdout=out)
    return [json.loads(line) for line in out.getvalue().splitlines()]


def test_the_export_is_one_json_object_a_line_the_oldest_first(of_three_days, alice, bob):
    audit.record(audit.Event.ROLES_CHANGED, user_id=bob.pk, roles=["operator"])
    documents = exported()
    assert [document["kind"] for document in documents] == ["days_100", "days_91", "days_1", "roles_changed"]
    assert documents[-1]["details"] == {"roles": ["operator"]}
    assert set(documents[0]) == {field.name for field in Event._meta.fields}


def test_the_export_has_filters(of_three_days, alice, bob):
    audit.record(audit.Event.ROLES_CHANGED, user_id=bob.pk)
    assert [document["kind"] for document in exported("--user", bob.pk)] == ["roles_changed"]
    assert [document["kind"] for document in exported("--kind", "days_1", "--kind", "days_91")] == ["days_91", "days_1"]
    week_ago = (of_three_days - timedelta(days=7)).isoformat()
    assert len(exported("--since", week_ago)) == 2
    assert len(exported("--until", week_ago)) == 2
    with pytest.raises(CommandError, match="ISO 8601"):
        exported("--since", "yesterday")
