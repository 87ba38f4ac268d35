"""The text of each email, in the language that is active when it is queued."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.template.loader import render_to_string
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_noop as _

CODE_LASTS = timedelta(minutes=15)
NOTICE_LASTS = timedelta(days=3)

IGNORE = _("If you didn't request this, ignore this email. Nothing changes.")
TELL_OPERATOR = _("If you didn't do this, reset your password now and contact the operator of this site.")


@dataclass(frozen=True, slots=True)
class Words:
    """Subject and paragraphs. ``%(name)s`` is replaced by a value."""

    subject: str
    paragraphs: tuple[str, ...]
    lasts: timedelta = NOTICE_LASTS
    """How long the mail is useful."""


MAILS = {
    "verify_email": Words(
        _("Your verification code"),
        (
            _("Enter this code to verify your email address:"),
            "%(code)s",
            _("The code is valid for 15 minutes."),
            IGNORE,
        ),
        CODE_LASTS,
    ),
    "account_exists": Words(
        _("You already have an account"),
        (
            _("Someone tried to create an account with this email address. You already have one."),
            _("To sign in, use your existing account. If you forgot your password, reset it on the sign-in page."),
            IGNORE,
        ),
    ),
    "reset_password": Words(
        _("Your password reset code"),
        (_("Enter this code to set a new password:"), "%(code)s", _("The code is valid for 15 minutes."), IGNORE),
        CODE_LASTS,
    ),
    "sign_in_code": Words(
        _("Your sign-in code"),
        (_("Enter this code to sign in:"), "%(code)s", _("The code is valid for 15 minutes."), IGNORE),
        CODE_LASTS,
    ),
    "unknown_account": Words(
        _("No account with this email address"),
        (
            _("Someone requested an email for an account with this email address. No account uses it."),
            _("If that was you, try the email address that you signed up with."),
        ),
    ),
    "password_was_reset": Words(
        _("Your password was changed"),
        (_("Your password was reset, and you were signed out everywhere."), TELL_OPERATOR),
    ),
    "email_changed": Words(
        _("Your email address was changed"),
        (_("The email address of your account is now %(to_email)s. It was %(from_email)s."), TELL_OPERATOR),
    ),
    "invitation": Words(
        _("You are invited to create an account"),
        (
            _("Open this page to create your account:"),
            "%(link)s",
            _("The invitation is for this email address, and valid for 7 days."),
            IGNORE,
        ),
        timedelta(days=7),
    ),
    "provider_connected": Words(
        _("A new way to sign in was added"),
        (_("You can now sign in to your account with %(provider)s."), TELL_OPERATOR),
    ),
    "provider_disconnected": Words(
        _("A way to sign in was removed"),
        (_("You can no longer sign in to your account with %(provider)s."), TELL_OPERATOR),
    ),
    "factor_added": Words(
        _("A second factor was added"),
        (_("An authenticator app or a passkey was added to your account."), TELL_OPERATOR),
    ),
    "factor_removed": Words(
        _("A second factor was removed"),
        (_("An authenticator app or a passkey was removed from your account."), TELL_OPERATOR),
    ),
    "factors_reset": Words(
        _("Your second factors were reset"),
        (
            _("An operator removed all second factors of your account, and you were signed out everywhere."),
            TELL_OPERATOR,
        ),
    ),
    "recovery_codes_renewed": Words(
        _("New recovery codes"),
        (_("New recovery codes were created for your account. The previous ones don't work anymore."), TELL_OPERATOR),
    ),
    "recovery_code_used": Words(
        _("A recovery code was used"),
        (_("A recovery code was used for your account. Codes left: %(left)s."), TELL_OPERATOR),
    ),
    "password_changed": Words(
        _("Your password was changed"),
        (_("Your password was changed, and your other sessions were signed out."), TELL_OPERATOR),
    ),
    "new_device": Words(
        _("New sign-in to your account"),
        (
            _("There was a sign-in to your account from a browser that wasn't used for it before."),
            _("Time: %(when)s. Network: %(network)s."),
            TELL_OPERATOR,
        ),
    ),
    "account_closing": Words(
        _("Your account will be deleted"),
        (
            _("You closed your account. You were signed out everywhere."),
            _("It will be deleted after %(days)s days. To keep it, contact the operator of this site before then."),
        ),
    ),
}


VALUES = ("%(code)s", "%(link)s")
"""Paragraphs that are a value."""


@dataclass(frozen=True, slots=True)
class Rendered:
    """A mail in one language."""

    subject: str
    text: str
    html: str


def render(kind: str, values: dict[str, Any]) -> Rendered:
    """Return the mail of this kind."""
    words = MAILS[kind]
    subject = gettext(words.subject)
    paragraphs = [(gettext(each) % values, each[2:-2] if each in VALUES else "") for each in words.paragraphs]
    text = "\n\n".join(paragraph for paragraph, _value in paragraphs) + "\n"
    context = {"subject": subject, "paragraphs": paragraphs, "language": get_language() or "en"}
    return Rendered(subject, text, render_to_string("mailing/mail.html", context))
