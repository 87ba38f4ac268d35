"""What browsers and caches may keep."""

import re

import pytest
from identity_provider.endpoints import ENDPOINTS

from vf_django.testing import as_user

pytestmark = pytest.mark.django_db

KEPT = {
    "index": "private, no-cache",
    "roles": "private, no-cache",
    "audit-kinds": "private, no-cache",
    "providers": "public, no-cache",
    "schema": "public, no-cache",
    "server-metadata": "public, max-age=300",
    "key-set": "public, max-age=60",
}
"""The responses that may be kept, by the name of their endpoint."""

READ = [endpoint for endpoint in ENDPOINTS if "GET" in endpoint.returns]


def path_of(endpoint):
    return re.sub(r"<\w+>", "ses_x", endpoint.path())


@pytest.mark.parametrize("endpoint", READ, ids=lambda endpoint: endpoint.name)
@pytest.mark.parametrize("signed_in", [True, False])
def test_each_response_says_whether_it_may_be_kept(client, sign_in, alice, endpoint, signed_in):
    if signed_in:
        as_user(client, user_id=alice.pk, roles=("operator",))
    response = client.get(path_of(endpoint))
    if response.status_code == 200 and endpoint.name in KEPT:
        assert response["Cache-Control"] == KEPT[endpoint.name]
    else:
        assert "no-store" in response["Cache-Control"]
        assert not response.has_header("ETag")


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=lambda endpoint: endpoint.name)
def test_no_response_to_a_change_may_be_kept(client, alice, endpoint):
    for method in set(endpoint.returns) - {"GET"}:
        assert "no-store" in client.generic(method, path_of(endpoint))["Cache-Control"]


@pytest.mark.parametrize("name", [name for name, control in KEPT.items() if "no-cache" in control])
def test_what_has_not_changed_is_304(client, alice, name):
    as_user(client, user_id=alice.pk, roles=("operator",))
    [endpoint] = [endpoint for endpoint in ENDPOINTS if endpoint.name == name]
    first = client.get(endpoint.path())
    again = client.get(endpoint.path(), HTTP_IF_NONE_MATCH=first["ETag"])
    assert (again.status_code, again.content) == (304, b"")
    assert again["Cache-Control"] == KEPT[name]
    assert {"Authorization", "Cookie"} <= set(again["Vary"].split(", "))
    assert client.get(endpoint.path(), HTTP_IF_NONE_MATCH='"another"').status_code == 200


def test_a_stranger_with_the_tag_of_a_private_response_gets_401(client, other_client, alice):
    tag = as_user(client, user_id=alice.pk).get("/api/v1/")["ETag"]
    assert other_client.get("/api/v1/", HTTP_IF_NONE_MATCH=tag).status_code == 401
