"""Sending of events, in the relay's process. An unavailable receiver delays events and loses none for three days.

An event can arrive twice, with the same ``webhook-id``, and in another order. After a failure the round ends, so a
receiver that is away costs one attempt a second, however many events wait.
"""

import http.client
import json
import socket
import threading
from contextlib import suppress
from datetime import UTC, datetime
from urllib.parse import urlsplit

import structlog
from django.db import DatabaseError, InterfaceError, close_old_connections

from ..configuration import WebhookSettings, current
from ..events.selectors import document_of
from . import signature
from .models import Delivery
from .services import note_failure

INTERVAL = 1.0
"""Seconds between two rounds."""

TIMEOUT = 10.0
"""Seconds that the receiver has to connect, and then for all of its response."""

BATCH = 100

log = structlog.get_logger(__name__)


def run(stopping: threading.Event) -> None:
    """Send what is due until ``stopping`` is set."""
    while not stopping.wait(INTERVAL):
        try:
            close_old_connections()
            send_due(now=datetime.now(UTC))
        except (DatabaseError, InterfaceError) as error:
            log.warning("webhooks_cannot_work", error=type(error).__name__)


def send_due(*, now: datetime) -> int:
    """Send the deliveries that are due, until one fails. Return how many were delivered."""
    due = Delivery.objects.filter(next_attempt_at__lte=now).select_related("event").order_by("next_attempt_at", "pk")
    delivered = 0
    for delivery in due[:BATCH]:
        fault = _send(delivery, current().webhook, now=now)
        if fault:
            kept = note_failure(delivery, now=now)
            log.warning("webhook_failed", event_id=delivery.event_id, reason=fault, given_up=not kept)
            break
        delivery.delete()
        delivered += 1
    return delivered


def _send(delivery: Delivery, settings: WebhookSettings, *, now: datetime) -> str:
    """Return what went wrong; empty after a 2xx."""
    event = delivery.event
    payload = {"type": event.kind, "timestamp": event.at.isoformat(), "data": document_of(event)}
    body = json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode()
    signed = signature.headers(settings.keys, message_id=delivery.pk, timestamp=int(now.timestamp()), body=body)
    headers = {"Content-Type": "application/json", "User-Agent": "vf-services", **signed}
    return _post(settings.url, body, headers)


def _post(url: str, body: bytes, headers: dict[str, str]) -> str:
    """Send a request and return what went wrong; empty after a 2xx.

    A redirect is a failure: it could send events to a server that the operator didn't name.
    """
    parts = urlsplit(url)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    expired = threading.Event()
    try:
        connection = kind(parts.hostname or "", parts.port, timeout=TIMEOUT)
        timer = threading.Timer(TIMEOUT, _cut, [connection, expired])
        timer.daemon = True
        timer.start()
        try:
            connection.connect()
            if expired.is_set():
                raise TimeoutError
            connection.request("POST", f"{parts.path or '/'}{parts.query and '?'}{parts.query}", body, headers)
            status = connection.getresponse().status
            if expired.is_set():  # what was cut can look like a short response
                raise TimeoutError
        finally:
            timer.cancel()
            connection.close()
    except (OSError, ValueError, http.client.HTTPException) as error:
        return TimeoutError.__name__ if expired.is_set() else type(error).__name__
    return "" if 200 <= status < 300 else f"status {status}"


def _cut(connection: http.client.HTTPConnection, expired: threading.Event) -> None:
    """End a response that takes too long. The connection's own timeout starts again with each byte."""
    expired.set()
    with suppress(AttributeError, OSError):  # not yet connected, or closed meanwhile
        connection.sock.shutdown(socket.SHUT_RDWR)
