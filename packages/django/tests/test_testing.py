"""The test client of a service: its users are believed, however the service is set up."""

import pytest
from asgiref.sync import async_to_sync
from django.test import AsyncClient

from vf_django.testing import as_user, identity_headers_for


@pytest.mark.parametrize("bound", [False, True], ids=["unbound", "bound"])
@pytest.mark.parametrize("path", ["/open", "/open?q=a%20b&q=%C3%A9", "/open?q=ö"])
def test_a_client_is_believed_in_a_service_that_demands_bound_assertions_too(client, settings, bound, path):
    settings.VF_EDGE = settings.VF_EDGE | {"REQUIRE_BINDING": bound}
    clerk = as_user(client, user_id="usr_1")
    assert clerk.get(path).json()["id"] == "usr_1"
    assert clerk.post(path, {"a": "b"}).json()["id"] == "usr_1"


@pytest.mark.parametrize("bound", [False, True], ids=["unbound", "bound"])
def test_an_async_client_is_believed_as_well(settings, bound):
    settings.VF_EDGE = settings.VF_EDGE | {"REQUIRE_BINDING": bound}
    client = as_user(AsyncClient(), user_id="usr_1")
    assert async_to_sync(client.get)("/open?q=a%20b").json()["id"] == "usr_1"
    assert async_to_sync(client.post)("/open", {"a": "b"}).json()["id"] == "usr_1"
    assert async_to_sync(client.get)("/open", headers={"X-User-Id": "usr_2"}).json()["id"] is None


def test_headers_for_another_client_are_believed(client):
    assert client.get("/open", headers=identity_headers_for()).json()["id"] == "usr_test"
