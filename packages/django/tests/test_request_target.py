"""The target of a request is what the client sent, under every kind of server."""

from io import BytesIO

import pytest
from django.core.handlers.asgi import ASGIRequest
from django.test import RequestFactory

from vf_django.request_target import request_target

TARGETS = ["/open", "/%6Fpen", "/a%28b%7E/x%2Fy", "/%C3%A9", "/open?a=b|c", "/open?q=%22'[]&r=%41"]


@pytest.mark.parametrize("target", TARGETS)
def test_asgi_servers_keep_the_path(target):
    path, _, query = target.partition("?")
    scope = {"method": "GET", "path": "/decoded", "raw_path": path.encode(), "query_string": query.encode()}
    assert request_target(ASGIRequest({**scope, "headers": []}, BytesIO())) == target


@pytest.mark.parametrize("name", ["RAW_URI", "REQUEST_URI"])
@pytest.mark.parametrize("target", TARGETS)
def test_some_wsgi_servers_keep_both(rf: RequestFactory, name, target):
    assert request_target(rf.get("/decoded", **{name: target})) == target


def test_others_keep_the_query(rf: RequestFactory):
    assert request_target(rf.get("/é b", QUERY_STRING="a=b|c&r=%41")) == "/%C3%A9%20b?a=b|c&r=%41"


def test_a_client_s_own_header_is_not_a_target(rf: RequestFactory):
    assert request_target(rf.get("/open", headers={"Raw-Uri": "/other", "Request-Uri": "/other"})) == "/open"
