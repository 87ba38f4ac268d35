"""Operators read the events of all accounts with filters, and export them as JSON Lines."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from identity_provider.events.models import Event
from identity_provider.operators import event_apis

from vf_django.testing import as_user

pytestmark = pytest.mark.django_db

AUDIT, EXPORT = "/api/auth/audit/", "/api/auth/audit/export/"
NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)
EVENTS = (
    {"kind": "signed_in", "user_id": "usr_a", "actor": "usr_a", "network": "192.0.2.1", "succeeded": True},
    {"kind": "sign_in_failed", "user_id": "usr_a", "network": "192.0.2.2", "succeeded": False, "request_id": "abc"},
    {"kind": "roles_changed", "user_id": "usr_b", "actor": "usr_o", "succeeded": True, "details": {"roles": ["ä"]}},
)


@pytest.fixture
def operator(client, db):
    for hours, event in enumerate(EVENTS):
        Event.objects.create(at=NOW + timedelta(hours=hours), **event)
    return as_user(client, user_id="usr_o", roles=("operator",))


def exported(response):
    assert (response.status_code, response["Content-Type"]) == (200, "application/x-ndjson")
    return [json.loads(line) for line in b"".join(response.streaming_content).decode().splitlines()]


@pytest.mark.parametrize(
    ("query", "kinds"),
    [
        ({}, ["signed_in", "sign_in_failed", "roles_changed"]),
        ({"user": "usr_a"}, ["signed_in", "sign_in_failed"]),
        ({"actor": "usr_o"}, ["roles_changed"]),
        ({"kind": ["signed_in", "roles_changed"]}, ["signed_in", "roles_changed"]),
        ({"succeeded": "false"}, ["sign_in_failed"]),
        ({"network": "192.0.2.1"}, ["signed_in"]),
        ({"request_id": "abc"}, ["sign_in_failed"]),
        ({"since": "2026-11-28T13:00:00Z"}, ["sign_in_failed", "roles_changed"]),
        ({"until": "2026-11-28T13:00:00Z"}, ["signed_in"]),
        ({"user": "usr_a", "succeeded": "true"}, ["signed_in"]),
        ({"user": "usr_c"}, []),
    ],
)
def test_both_have_the_same_filters_and_opposite_orders(operator, query, kinds):
    assert [event["kind"] for event in exported(operator.get(EXPORT, query))] == kinds
    listed = operator.get(AUDIT, query).json()
    assert [event["kind"] for event in listed["results"]] == kinds[::-1]


@pytest.mark.parametrize("path", [AUDIT, EXPORT])
@pytest.mark.parametrize(
    "query", [{"kind": "nonsense"}, {"since": "yesterday"}, {"succeeded": "maybe"}, {"user": "x" * 65}]
)
def test_a_filter_that_is_none_is_refused_and_never_ignored(operator, path, query):
    assert operator.get(path, query).status_code == 400


def test_an_export_has_every_field_and_is_bounded(operator, monkeypatch):
    documents = exported(operator.get(EXPORT))
    assert set(documents[0]) == {field.name for field in Event._meta.fields}
    assert documents[-1]["details"] == {"roles": ["ä"]}
    monkeypatch.setattr(event_apis, "MOST_EXPORTED", 2)
    assert len(exported(operator.get(EXPORT))) == 2


@pytest.mark.parametrize("path", [AUDIT, EXPORT])
def test_nobody_may_keep_them(operator, path):
    assert "no-store" in operator.get(path)["Cache-Control"]
