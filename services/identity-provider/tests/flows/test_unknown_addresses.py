"""What a request for an email does must not tell whether the address has an account."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from identity_provider.accounts.models import User
from identity_provider.mailing.models import Mail
from rest_framework.test import APIClient

pytestmark = pytest.mark.django_db

PATHS = ["/api/auth/flow/code/request/", "/api/auth/flow/password/request/"]


def statements_of(path, email):
    client = APIClient(SERVER_NAME="vfservices.localhost")
    with CaptureQueriesContext(connection) as context:
        response = client.post(path, {"email": email}, format="json")
    assert response.status_code == 202
    return [re.sub(r"'(?:[^']|'')*'|\b\d+\b|NULL|\bs\d+_x\d+", "?", query["sql"]) for query in context.captured_queries]


@pytest.mark.parametrize("path", PATHS)
def test_every_address_causes_the_same_statements_in_the_same_order(path, alice, make_user):
    User.objects.filter(pk=make_user("carol").pk).update(is_active=False)
    known = statements_of(path, alice.email)
    assert len(known) > 4
    assert statements_of(path, "carol@example.test") == known
    assert statements_of(path, "unknown@example.test") == known
    assert Mail.objects.count() == 3


@pytest.mark.parametrize("path", PATHS)
def test_a_closed_account_gets_the_email_for_unknown_addresses(path, alice):
    User.objects.filter(pk=alice.pk).update(is_active=False)
    statements_of(path, alice.email)
    assert Mail.objects.get().kind == "unknown_account"
