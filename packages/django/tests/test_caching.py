"""Django's caches and others keep people apart, whose cookies and tokens the service never sees."""

import pytest
from django.core.cache import cache
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest, HttpResponse
from django.middleware.cache import FetchFromCacheMiddleware, UpdateCacheMiddleware
from django.test import RequestFactory
from django.views.decorators.cache import cache_page, never_cache
from django.views.decorators.vary import vary_on_cookie, vary_on_headers

from vf_django.middleware import EdgeIdentityMiddleware, JWTAuthenticationMiddleware
from vf_django.testing import identity_headers_for, trust_test_key
from vf_edge.identity_headers import USER_ASSERTION
from vf_tokens import Identity


@pytest.fixture(autouse=True)
def empty_cache():
    cache.clear()
    yield
    cache.clear()


def headers_of(user_id: str, *roles: str) -> dict[str, str]:
    trust_test_key()
    return identity_headers_for(Identity(user_id, user_id, "", roles, ""))


def who(request: HttpRequest) -> HttpResponse:
    return HttpResponse(f"{request.user.id} {','.join(request.user.roles)}")


def test_a_cached_site_is_cached_for_each_user_and_their_roles(rf: RequestFactory):
    site = UpdateCacheMiddleware(EdgeIdentityMiddleware(FetchFromCacheMiddleware(who)))
    for headers, expected in [
        (headers_of("usr_ann", "clerk"), b"usr_ann clerk"),
        (headers_of("usr_bob", "clerk"), b"usr_bob clerk"),
        (headers_of("usr_ann"), b"usr_ann "),
        ({}, b"None "),
        (headers_of("usr_ann", "clerk"), b"usr_ann clerk"),
        (headers_of("usr_ann", "clerk") | {USER_ASSERTION: "forged"}, b"None "),
    ]:
        assert site(rf.get("/", headers=headers)).content == expected


def test_a_view_is_cached_for_each_user_as_documented(rf: RequestFactory):
    view = EdgeIdentityMiddleware(cache_page(60)(vary_on_headers("X-User-Id", "X-User-Roles")(who)))
    assert view(rf.get("/", headers=headers_of("usr_ann"))).content == b"usr_ann "
    assert view(rf.get("/", headers=headers_of("usr_bob"))).content == b"usr_bob "
    forged = headers_of("usr_ann") | {USER_ASSERTION: ""}
    assert view(rf.get("/", headers=forged)).content == b"None "


@pytest.mark.parametrize("vary", [vary_on_cookie, vary_on_headers("Authorization")])
def test_a_view_cached_by_what_the_edge_removes_is_a_clear_error(rf: RequestFactory, vary):
    view = EdgeIdentityMiddleware(cache_page(60)(vary(who)))
    for user_id in ("usr_ann", "usr_bob"):
        with pytest.raises(ImproperlyConfigured, match="X-User-Id"):
            view(rf.get("/", headers=headers_of(user_id)))


HARMLESS = {
    "one answer for everybody": (cache_page(60)(who), {}),
    "a view that forbids caching": (cache_page(60)(never_cache(vary_on_cookie(who))), {}),
    "no cache": (vary_on_cookie(who), {}),
    "a route on which the edge leaves the cookie": (cache_page(60)(vary_on_cookie(who)), {"Cookie": "sessionid=1"}),
}


@pytest.mark.parametrize(("view", "more"), HARMLESS.values(), ids=HARMLESS.keys())
def test_other_views_are_left_alone(rf: RequestFactory, view, more):
    answer = EdgeIdentityMiddleware(view)(rf.get("/", headers=headers_of("usr_ann") | more))
    assert answer.status_code == 200


@pytest.mark.parametrize("middleware", [EdgeIdentityMiddleware, JWTAuthenticationMiddleware])
def test_browsers_and_shared_caches_are_told_that_the_credential_matters(rf: RequestFactory, settings, middleware):
    settings.VF_DIRECT = {"ISSUER": "https://vf.example", "SECRET": "a shared secret of more than thirty-two bytes"}
    assert {"Authorization", "Cookie"} <= set(middleware(who)(rf.get("/"))["Vary"].split(", "))
