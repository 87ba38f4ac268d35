"""One client's requests don't stop the owner of an address elsewhere."""

import pytest

pytestmark = pytest.mark.django_db


def request(client, network):
    body = {"email": "alice@example.test"}
    response = client.post("/api/auth/flow/password/request/", body, format="json", HTTP_X_FORWARDED_FOR=network)
    return response.status_code


def test_refused_requests_of_one_network_do_not_count_against_the_owner(client, other_client, alice):
    answers = [request(client, "198.51.100.1") for _ in range(40)]
    assert answers == [202] * 5 + [429] * 35
    assert request(other_client, "198.51.100.2") == 202
