"""Sending of events, in the relay's process. An unavailable receiver delays events and loses none for three days.

An event can arrive twice, with the same ``webhook-id``, and in another order. After a failure the round ends, so a
receiver that is away costs one attempt a second, however many events wait.
"""

import http.client
import json
import threading
import urllib.error
import urllib.request
from datetime import UTC, datetime
from typing import Any

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
"""Seconds that the receiver has to connect, and between two bytes of its response."""

BATCH = 100

log = structlog.get_logger(__name__)


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """A redirect is a failure: it could send events to a server that the operator didn't name."""

    def redirect_request(self, *args: Any, **kwargs: Any) -> None:
        """Follow none."""


_opener = urllib.request.build_opener(_NoRedirects, urllib.request.ProxyHandler({}))


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
    request = urllib.request.Request(  # noqa: S310  the setting allows http and https only
        settings.url, body, {"Content-Type": "application/json", "User-Agent": "vf-services", **signed}, method="POST"
    )
    try:
        with _opener.open(request, timeout=TIMEOUT) as response:
            return "" if 200 <= response.status < 300 else f"status {response.status}"
    except urllib.error.HTTPError as error:
        error.close()
        return f"status {error.code}"
    except (OSError, ValueError, http.client.HTTPException) as error:
        return type(getattr(error, "reason", error)).__name__
