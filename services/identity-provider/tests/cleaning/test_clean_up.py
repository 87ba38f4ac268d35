"""One command, and the relay, delete what nothing needs any more."""

import io
import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import call_command
from django.db import DatabaseError
from identity_provider.accounts.models import User
from identity_provider.cleaning import tasks
from identity_provider.events.models import Event
from identity_provider.flows.models import FlowState
from identity_provider.revocations import beside
from identity_provider.revocations.models import Kind, Revocation
from identity_provider.signin.models import Session

LONG_AGO = datetime.now(UTC) - timedelta(days=400)
SOON = datetime.now(UTC) + timedelta(hours=1)


@pytest.fixture
def old_and_new(make_user):
    for name, time in (("old", LONG_AGO), ("new", SOON)):
        user = make_user(name)
        User.objects.filter(pk=user.pk).update(closes_at=time)
        FlowState.objects.create(pk=f"flow:{name}", data="", expires_at=time)
        Event.objects.create(at=time, kind=name, succeeded=True, user_id=user.pk)
        Revocation.objects.create(kind=Kind.SESSION, subject=f"ses_{name}", expires_at=int(time.timestamp()))
        times = dict.fromkeys(("created_at", "last_used_at", "access_expires_at", "expires_at"), time)
        Session.objects.create(pk=f"ses_{name}", user=make_user(f"{name}-2"), remember=False, **times)


def what_is_left():
    return {
        "users": set(User.objects.filter(username__in=["old", "new"]).values_list("username", flat=True)),
        "flows": set(FlowState.objects.values_list("key", flat=True)),
        "events": set(Event.objects.filter(kind__in=["old", "new"]).values_list("kind", flat=True)),
        "revocations": set(Revocation.objects.filter(subject__startswith="ses_").values_list("subject", flat=True)),
        "sessions": set(Session.objects.values_list("pk", flat=True)),
    }


NEW = {
    "users": {"new"},
    "flows": {"flow:new"},
    "events": {"new"},
    "revocations": {"ses_new"},
    "sessions": {"ses_new"},
}


@pytest.mark.django_db
def test_the_command_deletes_what_is_old_and_nothing_else(old_and_new):
    out = io.StringIO()
    call_command("clean_up", stdout=out)
    assert what_is_left() == NEW
    assert len(out.getvalue().splitlines()) == len(tasks.tasks) == 5


@pytest.mark.django_db(transaction=True)
def test_the_relay_does_the_same_and_goes_on_after_an_outage(old_and_new, monkeypatch, log_lines):
    assert tasks.run in beside.workers
    stopping, task = threading.Event(), tasks.tasks["flows"]

    def fails_once(*, now):
        monkeypatch.setitem(tasks.tasks, "flows", task)
        raise DatabaseError

    monkeypatch.setitem(tasks.tasks, "flows", fails_once)
    monkeypatch.setattr(tasks, "INTERVAL", 0.01)
    monkeypatch.setattr(tasks.connections, "close_all", lambda: what_is_left() == NEW and stopping.set())
    tasks.run(stopping)
    assert [line["event"] for line in log_lines if line["event"] == "cleaning_delayed"] == ["cleaning_delayed"]
    assert what_is_left() == NEW
