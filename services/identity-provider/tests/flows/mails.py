"""Mails in the outbox."""

import re

from identity_provider.mailing.models import Mail


def latest_mail() -> Mail:
    return Mail.objects.order_by("-pk")[0]


def code_in(mail: Mail) -> str:
    return code_in_text(mail.text)


def code_in_text(text: str) -> str:
    (code,) = re.findall(r"^[A-Z0-9]+(?:-[A-Z0-9]+)*$", text, re.MULTILINE)
    return code
