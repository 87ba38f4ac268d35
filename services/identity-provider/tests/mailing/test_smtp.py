"""The relay, a real process, sends the outbox to a real SMTP server that comes and goes."""

import asyncio
import sqlite3
import threading
from contextlib import closing, contextmanager
from email import message_from_bytes, policy

import httpx
import pytest
from aiosmtpd.controller import Controller
from tests.flows.mails import code_in_text
from tests.servers import HOST, free_port, wait_until

REQUEST = "/api/auth/flow/code/request/"


class Mailbox:
    """What an SMTP server accepted. ``hold`` makes it stop before it says so."""

    def __init__(self):
        self.messages = []
        self.reached, self.hold = threading.Event(), None

    async def handle_DATA(self, server, session, envelope):  # noqa: N802  aiosmtpd looks for this name
        self.reached.set()
        if self.hold is not None:
            await asyncio.to_thread(self.hold.wait, 60)
        self.messages.append((envelope.rcpt_tos, message_from_bytes(envelope.content, policy=policy.default)))
        return "250 accepted"


@contextmanager
def smtp_server(mailbox, port):
    controller = Controller(mailbox, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield
    finally:
        controller.stop()


@pytest.fixture
def mailbox():
    return Mailbox()


@pytest.fixture
def port():
    return free_port()


@pytest.fixture
def relay(sqlite_installation, port):
    """Returns a function that starts the relay, with this mail server."""

    def start(scheme="smtp+plain"):
        url = f"{scheme}://127.0.0.1:{port}"
        return sqlite_installation.process("manage.py", "relay_revocations", VF_EMAIL_URL=url)

    return start


@pytest.fixture
def request_code(sqlite_installation):
    with sqlite_installation.gunicorn() as url:

        def request(email="alice@example.test"):
            answer = httpx.post(url + REQUEST, json={"email": email}, headers={"Host": HOST}, timeout=30)
            assert answer.status_code == 202, answer.text
            return answer.cookies["vf_flow"]

        request.url = url
        yield request


def rows(installation, query="SELECT kind, attempts, sent_at IS NOT NULL FROM mailing_mail ORDER BY id"):
    with closing(sqlite3.connect(installation.folder / "db.sqlite3", timeout=30)) as connection, connection:
        return connection.execute(query).fetchall()


def now_due(installation):
    rows(installation, "UPDATE mailing_mail SET next_attempt_at = '2026-01-01 00:00:00' WHERE sent_at IS NULL")


def test_a_code_arrives_and_signs_in(relay, mailbox, port, request_code):
    with smtp_server(mailbox, port), relay():
        flow = request_code()
        wait_until(lambda: mailbox.messages)
    ((recipients, message),) = mailbox.messages
    assert recipients == ["alice@example.test"]
    assert (message["From"], message["Subject"]) == ("no-reply@vfservices.localhost", "Your sign-in code")
    text, html = (part.get_content() for part in message.iter_parts())
    code = code_in_text(text.replace("\r\n", "\n"))
    assert code in html
    confirmed = httpx.post(
        f"{request_code.url}/api/auth/flow/code/confirm/",
        json={"code": code},
        headers={"Host": HOST, "Cookie": f"vf_flow={flow}"},
    )
    assert (confirmed.status_code, confirmed.json()["username"]) == (200, "alice")


def test_without_the_mail_server_mails_wait_and_nothing_else_does(
    relay, mailbox, port, request_code, sqlite_installation
):
    with relay():
        request_code()
        wait_until(lambda: [attempts for _, attempts, _ in rows(sqlite_installation)] == [1])
        request_code("unknown@example.test")
        login = {"username": "alice", "password": "alice123"}
        signed_in = httpx.post(f"{request_code.url}/api/auth/login/", json=login, headers={"Host": HOST}, timeout=30)
        assert signed_in.status_code == 200
        with smtp_server(mailbox, port):
            wait_until(lambda: all(attempts for _, attempts, _ in rows(sqlite_installation)))
            now_due(sqlite_installation)
            wait_until(lambda: len(mailbox.messages) == 2)
    assert {recipient for recipients, _ in mailbox.messages for recipient in recipients} == {
        "alice@example.test",
        "unknown@example.test",
    }


def test_a_mail_survives_a_relay_that_is_killed_while_it_sends(relay, mailbox, port, request_code, sqlite_installation):
    mailbox.hold = threading.Event()
    with smtp_server(mailbox, port):
        with relay() as process:
            request_code()
            assert mailbox.reached.wait(30)
            process.kill()
            process.wait(30)
        mailbox.hold.set()
        assert rows(sqlite_installation) == [("sign_in_code", 1, 0)]
        now_due(sqlite_installation)  # instead of the two minutes of a claim
        with relay():
            wait_until(lambda: rows(sqlite_installation) == [("sign_in_code", 2, 1)])
    assert len(mailbox.messages) == 1


@pytest.mark.parametrize("scheme", ["smtp", "smtps"])
def test_a_server_without_tls_gets_nothing_if_the_setting_asks_for_tls(
    relay, mailbox, port, request_code, sqlite_installation, scheme
):
    with smtp_server(mailbox, port), relay(scheme) as process:
        request_code()
        wait_until(lambda: rows(sqlite_installation) == [("sign_in_code", 1, 0)])
        wait_until(lambda: "mail_delayed" in process.log.read_text())
    assert mailbox.messages == []
