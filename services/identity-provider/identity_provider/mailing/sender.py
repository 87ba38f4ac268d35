"""The loop that sends the outbox.

A claim precedes each attempt, so two senders never send one mail at the same time. A sender that crashes after the mail
server accepted a mail, and before it recorded that, sends the mail twice. In the other order, the mail would be lost.

If the mail server is unavailable, mails wait: attempts are repeated after 10 seconds, then after twice the time each,
at most an hour. A mail that the server rejects permanently is given up, and so is one that has become useless.
"""

import smtplib
import threading
from datetime import UTC, datetime, timedelta

import structlog
from django.core.mail import EmailMultiAlternatives, get_connection
from django.db import DatabaseError, InterfaceError, close_old_connections, connections

from ..configuration import current
from .models import Mail

INTERVAL = 1.0
"""Seconds between two rounds."""

BATCH = 50
"""Mails of one round, over one connection."""

FIRST_PAUSE = timedelta(seconds=10)
LONGEST_PAUSE = timedelta(hours=1)
CLAIM = timedelta(minutes=2)
"""Longer than an attempt takes: after this time, another sender repeats the attempt of one that crashed."""

KEPT_IN_DEVELOPMENT = 50

log = structlog.get_logger(__name__)


def run(stopping: threading.Event) -> None:
    """Run until ``stopping`` is set."""
    failing = False
    while not stopping.wait(INTERVAL):
        try:
            close_old_connections()
            send_due(now=datetime.now(UTC))
            failing = False
        except (DatabaseError, InterfaceError) as error:
            if not failing:
                log.error("mail_sender_cannot_work", error=type(error).__name__)
            failing = True
    connections.close_all()


def send_due(*, now: datetime) -> int:
    """Send what is due. Return the number of sent mails."""
    due = Mail.objects.filter(sent_at=None, next_attempt_at__lte=now).order_by("next_attempt_at", "pk")
    sent = 0
    for mail in due[:BATCH]:
        if _claim(mail, now=now):
            sent += _attempt(mail, now=now)
    return sent


def _claim(mail: Mail, *, now: datetime) -> bool:
    claimed = Mail.objects.filter(pk=mail.pk, sent_at=None, next_attempt_at=mail.next_attempt_at)
    return bool(claimed.update(next_attempt_at=now + CLAIM, attempts=mail.attempts + 1))


def _attempt(mail: Mail, *, now: datetime) -> bool:
    if now >= mail.expires_at:
        _give_up(mail, reason="expired")
        return False
    try:
        _send(mail)
    except smtplib.SMTPRecipientsRefused as error:
        codes = [code for code, _ in error.recipients.values()]
        if all(code >= 500 for code in codes):
            _give_up(mail, reason="rejected")
        else:
            _later(mail, error, now=now)
    except (smtplib.SMTPException, OSError) as error:
        _later(mail, error, now=now)
    else:
        _done(mail, now=now)
        return True
    return False


def _send(mail: Mail) -> None:
    message = EmailMultiAlternatives(
        mail.subject, mail.text, to=[mail.to], connection=get_connection(), headers={"Auto-Submitted": "auto-generated"}
    )
    message.attach_alternative(mail.html, "text/html")
    message.send()


def _done(mail: Mail, *, now: datetime) -> None:
    log.info("mail_sent", kind=mail.kind, user_id=mail.user_id, attempts=mail.attempts + 1)
    if current().production:
        Mail.objects.filter(pk=mail.pk).delete()
        return
    Mail.objects.filter(pk=mail.pk).update(sent_at=now)
    kept = Mail.objects.exclude(sent_at=None).order_by("-pk").values_list("pk", flat=True)
    Mail.objects.filter(pk__in=list(kept[KEPT_IN_DEVELOPMENT : KEPT_IN_DEVELOPMENT + BATCH])).delete()


def _later(mail: Mail, error: Exception, *, now: datetime) -> None:
    pause = min(FIRST_PAUSE * 2 ** min(mail.attempts, 10), LONGEST_PAUSE)
    Mail.objects.filter(pk=mail.pk).update(next_attempt_at=now + pause)
    log.warning("mail_delayed", kind=mail.kind, user_id=mail.user_id, error=type(error).__name__)


def _give_up(mail: Mail, *, reason: str) -> None:
    Mail.objects.filter(pk=mail.pk).delete()
    log.warning("mail_given_up", kind=mail.kind, user_id=mail.user_id, reason=reason)
