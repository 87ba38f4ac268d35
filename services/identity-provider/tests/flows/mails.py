"""Mails in the outbox."""

import re

from identity_provider.mailing.models import Mail


def latest_mail() -> Mail:
    return Mail.objects.order_by("-pk")[0]


def code_in(mail: Mail) -> str:
    (code,) = re.findall(r"^[A-Z0-9]+(?:-[A-Z0-9]+)*$", mail.text, re.MULTILINE)
    return code
