"""The outbox: what is committed is sent once, and survives crashes and outages."""

import smtplib
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from django.core import mail as django_mail
from django.core.management import CommandError, call_command
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext
from identity_provider import configuration
from identity_provider.mailing import sender
from identity_provider.mailing.models import Mail
from identity_provider.mailing.services import queue
from identity_provider.mailing.settings import MailSettings
from identity_provider.mailing.words import MAILS

from vf_runtime import Environment, SettingError


def later(**pause):
    return datetime.now(UTC) + timedelta(**pause)


def put(to="alice@example.test", kind="reset_password"):
    queue(kind=kind, to=to, language="en", user_id="usr_1", code="ABCD-EFGH")


@pytest.fixture
def server_says(monkeypatch):
    """What the mail server does with the next mails."""

    def answer(error):
        def send(self, messages):
            if error is not None:
                raise error
            return len(messages)

        monkeypatch.setattr("django.core.mail.backends.locmem.EmailBackend.send_messages", send)

    return answer


@pytest.mark.django_db(transaction=True)
def test_a_change_that_fails_sends_nothing():
    def change():
        with transaction.atomic():
            put()
            raise RuntimeError

    with pytest.raises(RuntimeError):
        change()
    assert not Mail.objects.exists()


@pytest.mark.django_db
class TestSending:
    def test_text_and_html_are_sent_and_the_row_is_gone_in_production(self, configure):
        configure(production=True)
        put()
        assert sender.send_due(now=later(seconds=1)) == 1
        (sent,) = django_mail.outbox
        assert (sent.to, sent.subject) == (["alice@example.test"], "Your password reset code")
        assert "ABCD-EFGH" in sent.body
        assert "ABCD-EFGH" in sent.alternatives[0][0]
        assert sent.extra_headers["Auto-Submitted"] == "auto-generated"
        assert not Mail.objects.exists()

    def test_an_outage_delays_and_loses_nothing(self, server_says):
        put()
        server_says(ConnectionRefusedError())
        assert sender.send_due(now=later(seconds=1)) == 0
        server_says(None)
        assert sender.send_due(now=later(seconds=5)) == 0
        assert sender.send_due(now=later(seconds=12)) == 1

    def test_pauses_grow_up_to_an_hour(self, server_says):
        put(kind="password_was_reset")
        server_says(smtplib.SMTPServerDisconnected())
        pauses, now = [], later(seconds=1)
        for _ in range(12):
            sender.send_due(now=now)
            following = Mail.objects.get().next_attempt_at
            pauses.append((following - now).total_seconds())
            now = following
        assert pauses[:4] == [10, 20, 40, 80]
        assert pauses[-1] == 3600

    def test_a_code_that_has_expired_is_not_sent(self, log_lines):
        put()
        assert sender.send_due(now=later(minutes=16)) == 0
        assert not Mail.objects.exists()
        assert not django_mail.outbox
        assert [line["reason"] for line in log_lines if line["event"] == "mail_given_up"] == ["expired"]

    def test_a_rejected_address_is_given_up_and_a_full_mailbox_is_not(self, server_says):
        put()
        server_says(smtplib.SMTPRecipientsRefused({"alice@example.test": (452, b"full")}))
        sender.send_due(now=later(seconds=1))
        assert Mail.objects.count() == 1
        server_says(smtplib.SMTPRecipientsRefused({"alice@example.test": (550, b"unknown")}))
        sender.send_due(now=later(seconds=30))
        assert not Mail.objects.exists()

    def test_a_sender_that_crashed_is_replaced_after_its_claim(self, monkeypatch):
        put()

        def crash(mail):
            raise KeyboardInterrupt

        with monkeypatch.context() as patched:
            patched.setattr(sender, "_send", crash)
            with pytest.raises(KeyboardInterrupt):
                sender.send_due(now=later(seconds=1))
        assert sender.send_due(now=later(seconds=60)) == 0
        assert sender.send_due(now=later(seconds=130)) == 1

    def test_two_senders_send_a_mail_once(self):
        put()
        (mail,) = Mail.objects.all()
        now = later(seconds=1)
        assert [sender._claim(mail, now=now), sender._claim(mail, now=now)] == [True, False]

    def test_development_keeps_the_latest_for_show_mails(self, capsys, configure):
        put()
        sender.send_due(now=later(seconds=1))
        call_command("show_mails")
        assert "To: alice@example.test (sent)" in capsys.readouterr().out
        configure(production=True)
        with pytest.raises(CommandError):
            call_command("show_mails")

    def test_no_log_line_contains_the_address_or_the_code(self, server_says, log_lines):
        put()
        server_says(smtplib.SMTPDataError(451, b"try again, alice@example.test"))
        sender.send_due(now=later(seconds=1))
        assert log_lines
        assert not any(word in str(log_lines) for word in ("alice@", "ABCD-EFGH"))


@pytest.mark.parametrize("language", ["de"])
def test_every_text_is_translated_with_the_same_values(language):

    texts = {text for words in MAILS.values() for text in (words.subject, *words.paragraphs)} - {"%(code)s", "%(link)s"}
    values = {"to_email": "<to>", "from_email": "<from>", "days": "<days>", "provider": "<provider>"}
    values |= {"left": "<left>", "when": "<when>", "network": "<network>"}
    with translation.override(language):
        for text in texts:
            translated = gettext(text)
            assert translated != text
            assert {value for value in values.values() if value in text % values} == {
                value for value in values.values() if value in translated % values
            }


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("smtp://me:pa%2Fss@mail.example", ("mail.example", 587, "me", "pa/ss", True, False)),
        ("smtps://mail.example", ("mail.example", 465, "", "", False, True)),
        ("smtp+plain://127.0.0.1:2525", ("127.0.0.1", 2525, "", "", False, False)),
    ],
)
def test_the_url_of_a_mail_server(url, expected):
    names = ("EMAIL_HOST", "EMAIL_PORT", "EMAIL_HOST_USER", "EMAIL_HOST_PASSWORD", "EMAIL_USE_TLS", "EMAIL_USE_SSL")
    settings = MailSettings.parse(url, sender="x@example.test")
    assert tuple(settings.django()[name] for name in names) == expected
    assert "pa/ss" not in repr(settings)


@pytest.mark.parametrize(
    "url", ["", "mail.example", "imap://x:secret@y", "smtp://", "smtp://x:secret@y/path", "smtp://y:port"]
)
def test_an_invalid_url_is_named_without_its_password(url):
    with pytest.raises(SettingError) as error:
        MailSettings.parse(url, sender="x@example.test")
    assert "VF_EMAIL_URL" in str(error.value)
    assert "secret" not in str(error.value)


@pytest.mark.django_db
def test_without_email_a_notice_is_dropped(configure, identity):
    from identity_provider.mailing.services import notify

    configure(mail=replace(identity.mail, scheme="off"))
    notify(kind="password_was_reset", to="alice@example.test", language="en")
    assert not Mail.objects.exists()


@pytest.mark.parametrize("value", ["page", "console"])
def test_production_neither_keeps_nor_logs_emails_instead_of_sending_them(value):
    variables = {"VF_ENV": "production", "VF_EMAIL_URL": value}
    service = SimpleNamespace(environment=Environment(variables), production=True, base_domain="vf.example")
    with pytest.raises(SettingError, match="VF_EMAIL_URL"):
        configuration._mail(service)


def test_a_development_platform_logs_no_email():
    settings = MailSettings.parse("page", sender="x@example.test")
    assert settings.django()["EMAIL_BACKEND"].endswith("dummy.EmailBackend")
