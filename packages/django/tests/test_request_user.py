"""Whatever way Django hands out the user of a request, it is the proven one, and so are the headers."""

import pytest
from asgiref.sync import async_to_sync
from django.http import HttpResponse
from django.test import RequestFactory

from vf_django.middleware import EdgeIdentityMiddleware, JWTAuthenticationMiddleware
from vf_django.testing import identity_headers_for, trust_test_key
from vf_edge.identity_headers import IDENTITY_HEADERS


async def session_user() -> str:
    return "the user of Django's own session"


@pytest.fixture
def arrive(rf: RequestFactory):
    """A request as the view gets it, after ``middleware``; Django's own authentication came first."""

    def through(middleware: type, headers: dict[str, str]):
        request = rf.get("/", headers=headers)
        request.auser = session_user
        assert request.headers is not None  # somebody before us has read them
        middleware(lambda request: HttpResponse())(request)
        return request

    return through


def test_async_views_get_the_proven_user(arrive):
    trust_test_key()
    request = arrive(EdgeIdentityMiddleware, identity_headers_for())
    assert async_to_sync(request.auser)() is request.user
    assert request.user.id == "usr_test"


@pytest.mark.parametrize("middleware", [EdgeIdentityMiddleware, JWTAuthenticationMiddleware])
def test_async_views_get_nobody_without_proof(arrive, settings, middleware):
    settings.VF_DIRECT = {"ISSUER": "https://vf.example", "SECRET": "a shared secret of more than thirty-two bytes"}
    request = arrive(middleware, {})
    assert not async_to_sync(request.auser)().is_authenticated


def test_a_view_that_reads_headers_itself_finds_no_claim_without_proof(arrive):
    forged = identity_headers_for() | {"X-User-Roles": "admin"}
    request = arrive(EdgeIdentityMiddleware, forged)
    assert not set(IDENTITY_HEADERS) & set(request.headers)
