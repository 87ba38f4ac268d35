"""Events reach a real receiver, signed, also after it was away, slow or wrong."""

import base64
import contextlib
import hashlib
import hmac
import json
import os
import threading
import time
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from django.db import transaction
from django.utils import timezone
from identity_provider import audit
from identity_provider.configuration import IdentitySettings, WebhookSettings
from identity_provider.events import services as events
from identity_provider.events.models import Event
from identity_provider.webhooks import sender, services
from identity_provider.webhooks.models import Delivery
from identity_provider.webhooks.signature import key_of
from tests.servers import free_port, wait_until

from vf_runtime import Environment, SettingError
from vf_service.settings import ServiceSettings

pytestmark = pytest.mark.django_db(transaction=True)

KEY = os.urandom(32)
SECRET = f"whsec_{base64.b64encode(KEY).decode()}"


class Receiver:
    """A server that keeps what it got."""

    def __init__(self):
        self.status, self.delay, self.got = 204, 0.0, []
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.got.append(({name.lower(): value for name, value in self.headers.items()}, body))
                time.sleep(receiver.delay)
                self.send_response(receiver.status)
                self.send_header("Location", receiver.url + "elsewhere")
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *args):
                pass

        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}/"
        self.handler, self.server = Handler, None

    def open(self):
        self.server = HTTPServer(("127.0.0.1", self.port), self.handler)
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()

    def close(self):
        if self.server:
            self.server.shutdown()
            self.server.server_close()
            self.server = None


@pytest.fixture
def receiver(configure, monkeypatch):
    receiver = Receiver()
    configure(webhook=WebhookSettings(receiver.url, (KEY,)))
    monkeypatch.setattr(events, "stored_with", [services.enqueue])
    receiver.open()
    yield receiver
    receiver.close()


def happen(alice, kind=audit.Event.PASSWORD_CHANGED):
    audit.record(kind, user_id=alice.pk, network="192.0.2.1")


def send(after=timedelta()):
    return sender.send_due(now=timezone.now() + after)


def test_an_event_arrives_with_a_signature_that_the_standard_verifies(receiver, alice):
    happen(alice)
    assert send() == 1
    [(headers, body)] = receiver.got
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    expected = base64.b64encode(hmac.digest(KEY, signed, hashlib.sha256)).decode()
    assert headers["webhook-signature"] == f"v1,{expected}"
    assert abs(int(headers["webhook-timestamp"]) - time.time()) < 10
    document = json.loads(body)
    assert (document["type"], document["data"]["user_id"]) == ("password_changed", alice.pk)
    assert document["data"]["id"] == Event.objects.get().pk
    assert not Delivery.objects.exists()
    assert send() == 0


def test_two_keys_make_two_signatures(receiver, configure, alice):
    configure(webhook=WebhookSettings(receiver.url, (KEY, b"k" * 24)))
    happen(alice)
    send()
    assert len(receiver.got[0][0]["webhook-signature"].split()) == 2


def test_an_event_waits_for_a_receiver_that_is_away_and_keeps_its_id(receiver, alice, log_lines):
    receiver.close()
    happen(alice)
    happen(alice)
    assert send() == 0
    first = Delivery.objects.order_by("-attempts").first()
    assert (first.attempts, Delivery.objects.get(attempts=0).attempts) == (1, 0)  # one attempt, then the round ended
    assert [line["reason"] for line in log_lines if line["event"] == "webhook_failed"] == ["ConnectionRefusedError"]
    receiver.open()
    assert send() == 1
    assert send(after=timedelta(seconds=6)) == 1
    assert first.pk in {headers["webhook-id"] for headers, _ in receiver.got}
    assert not Delivery.objects.exists()


@pytest.mark.parametrize("status", [301, 307, 400, 404, 410, 500, 503])
def test_any_other_status_is_repeated_and_no_redirect_is_followed(receiver, alice, status):
    receiver.status = status
    happen(alice)
    assert send() == 0
    assert len(receiver.got) == 1
    receiver.status = 200
    assert send(after=timedelta(seconds=6)) == 1
    assert receiver.got[0][0]["webhook-id"] == receiver.got[1][0]["webhook-id"]


def test_a_receiver_that_is_too_slow_is_left(receiver, alice, monkeypatch, log_lines):
    monkeypatch.setattr(sender, "TIMEOUT", 0.2)
    receiver.delay = 1.0
    happen(alice)
    began = time.monotonic()
    assert send() == 0
    assert time.monotonic() - began < 0.9
    assert [line["reason"] for line in log_lines if line["event"] == "webhook_failed"] == ["TimeoutError"]
    assert Delivery.objects.get().attempts == 1


def test_a_receiver_that_never_ends_its_response_is_left(receiver, alice, monkeypatch, log_lines):
    """It sends a byte in time, again and again."""
    monkeypatch.setattr(sender, "TIMEOUT", 0.3)
    left = threading.Event()

    def drip(handler):
        with contextlib.suppress(OSError):
            handler.wfile.write(b"HTTP/1.1 204 No Content\r\nX-Slow: ")
            for _ in range(600):  # a minute, if nothing ends it
                handler.wfile.write(b"x")
                time.sleep(0.1)
        left.set()

    monkeypatch.setattr(receiver.handler, "do_POST", drip)
    happen(alice)
    assert send() == 0
    assert [line["reason"] for line in log_lines if line["event"] == "webhook_failed"] == ["TimeoutError"]
    assert left.wait(10), "the connection was closed"


def test_pauses_grow_to_an_hour_and_end_after_three_days(receiver, alice):
    receiver.close()
    happen(alice)
    now = timezone.now()
    pauses = []
    while delivery := Delivery.objects.select_related("event").first():
        if not services.note_failure(delivery, now=now):
            break
        delivery.refresh_from_db()
        pauses.append((delivery.next_attempt_at - now).total_seconds())
        now = delivery.next_attempt_at
    assert pauses[:4] == [5, 10, 20, 40]
    assert max(pauses) == pauses[-1] == 3600
    assert 3 * 24 <= len(pauses) + 5 <= 3 * 24 + 20
    assert not Delivery.objects.exists()
    assert Event.objects.exists()


def test_a_change_that_is_rolled_back_sends_nothing(receiver, alice):
    with transaction.atomic():
        happen(alice)
        transaction.set_rollback(True)
    assert not Delivery.objects.exists()


@pytest.mark.parametrize(
    ("variables", "told"),
    [
        ({"VF_EVENTS_WEBHOOK_URL": "https://siem.example/"}, "need each other"),
        ({"VF_EVENTS_WEBHOOK_SECRET": SECRET}, "need each other"),
        ({"VF_EVENTS_WEBHOOK_URL": "ftp://siem.example/", "VF_EVENTS_WEBHOOK_SECRET": SECRET}, "https or http"),
        ({"VF_EVENTS_WEBHOOK_URL": "https:///x", "VF_EVENTS_WEBHOOK_SECRET": SECRET}, "https or http"),
        ({"VF_EVENTS_WEBHOOK_URL": "https://a.example/", "VF_EVENTS_WEBHOOK_SECRET": "hush-hush"}, "base64 of 24"),
        ({"VF_EVENTS_WEBHOOK_URL": "https://a.example/", "VF_EVENTS_WEBHOOK_SECRET": "whsec_c2hvcnQ="}, "base64 of 24"),
    ],
)
def test_a_wrong_setting_stops_the_start_without_showing_a_secret(tmp_path, variables, told):
    service = ServiceSettings.read("identity", tmp_path, Environment(variables))
    with pytest.raises(SettingError, match=told) as refusal:
        IdentitySettings.read(service, tmp_path)
    assert "hush" not in str(refusal.value)


def test_the_secret_is_not_in_the_representation_of_the_settings():
    assert str(key_of(SECRET)) not in repr(WebhookSettings("https://a.example/", (key_of(SECRET),)))


def test_the_relays_process_sends_what_a_command_has_caused(sqlite_installation, valkey):
    receiver = Receiver()
    receiver.open()
    variables = {
        "VF_EVENTS_WEBHOOK_URL": receiver.url,
        "VF_EVENTS_WEBHOOK_SECRET": SECRET,
        "VF_REDIS_URL": f"redis://127.0.0.1:{valkey.port}/0",
    }
    try:
        sqlite_installation.manage("set_user", "alice", "--roles", "operator", **variables)
        with sqlite_installation.process("manage.py", "relay_revocations", **variables):
            wait_until(lambda: receiver.got)
    finally:
        receiver.close()
    assert json.loads(receiver.got[0][1])["type"] == "roles_changed"
