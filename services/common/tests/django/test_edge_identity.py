"""Row 2, 7, 8 and 27 of hostile requests, as far as they concern a service."""

import time

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from vf_django.testing import TEST_USER, as_user, identity_headers_for, trust_test_key
from vf_edge.identity_headers import decode, encode
from vf_tokens import Identity, RequestBinding, assertion, generate_pem, signing_key_from_pem


def environ(headers: dict[str, str]) -> dict[str, str]:
    return {"HTTP_" + name.upper().replace("-", "_"): value for name, value in headers.items()}


def user_seen_with(client: Client, headers: dict[str, str], **more: str) -> dict:
    trust_test_key()
    return client.get("/open", **environ(headers), **more).json()


def test_a_user_is_what_the_assertion_says_without_any_query(client):
    identity = dict(user_id="usr_1", username="ann", email="ann@example.test", roles=("clerk", "boss"))
    answer = as_user(client, **identity).get("/whoami")  # no database mark: a query would fail
    assert answer.json() == {
        "id": "usr_1",
        "username": "ann",
        "email": "ann@example.test",
        "roles": ["clerk", "boss"],
        "session_id": "ses_test",
        "is_authenticated": True,
    }


def test_no_headers_and_empty_headers_are_anonymous_without_a_log_line(client, caplog):
    assert user_seen_with(client, {})["is_authenticated"] is False
    assert user_seen_with(client, dict.fromkeys(identity_headers_for(), ""))["is_authenticated"] is False
    assert "identity_refused" not in caplog.text
