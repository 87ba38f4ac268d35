"""Functions that put emails into the outbox. Call each in the transaction of the change that causes the email."""

from datetime import UTC, datetime
from typing import Any

from django.utils import translation
from rest_framework import status
from rest_framework.exceptions import APIException

from ..configuration import current
from .models import Mail
from .words import MAILS, render


class EmailUnavailable(APIException):
    """``VF_EMAIL_URL`` is ``off``."""

    status_code = status.HTTP_503_SERVICE_UNAVAILABLE
    default_code = "email_unavailable"
    default_detail = "This site can't send email. Contact its operator."


def require_mail() -> None:
    """Raise :class:`EmailUnavailable` if no email can be sent."""
    if not current().mail.is_on:
        raise EmailUnavailable


def queue(*, kind: str, to: str, language: str, user_id: str = "", **values: Any) -> None:
    """Send an email soon. Raises :class:`EmailUnavailable`."""
    require_mail()
    with translation.override(language):
        mail = render(kind, values)
    now = datetime.now(UTC)
    Mail.objects.create(
        kind=kind,
        user_id=user_id,
        to=to,
        subject=mail.subject,
        text=mail.text,
        html=mail.html,
        created_at=now,
        expires_at=now + MAILS[kind].lasts,
        next_attempt_at=now,
    )


def notify(*, kind: str, to: str, language: str, user_id: str = "", **values: Any) -> None:
    """Tell a user about a change that is valid without the email: do nothing if email is off."""
    if current().mail.is_on:
        queue(kind=kind, to=to, language=language, user_id=user_id, **values)
