"""The page with the emails of a development platform."""

import pytest
from identity_provider.mailing import sender
from identity_provider.mailing.services import queue
from tests.mailing.test_outbox import later

pytestmark = pytest.mark.django_db

MAILS = "/api/mails/"


def test_the_page_shows_emails_and_their_state_the_newest_first(client):
    assert "No emails yet" in client.get(MAILS).content.decode()
    queue(kind="reset_password", to="alice@example.test", language="en", code="ABCD-EFGH")
    sender.send_due(now=later(seconds=1))
    queue(kind="account_exists", to="<b>@example.test", language="en")
    response = client.get(MAILS)
    page = response.content.decode()
    assert page.index("You already have an account") < page.index("ABCD-EFGH")
    assert "&lt;b&gt;@example.test" in page
    assert [page.count(f"<dd>{state}</dd>") for state in ("sent", "waiting")] == [1, 1]
    assert response["Cache-Control"] == "no-store"
    assert "default-src 'none'" in response["Content-Security-Policy"]


def test_production_has_no_such_page(client, configure):
    configure(production=True)
    queue(kind="reset_password", to="alice@example.test", language="en", code="ABCD-EFGH")
    response = client.get(MAILS)
    assert response.status_code == 404
    assert "ABCD" not in response.content.decode()
