"""URL patterns of the identity provider."""

from django.urls import URLPattern, URLResolver, path

from vf_django.urls import internal_urlpatterns
from vf_service import openapi

from .accounts.apis import PasswordApi, ProfileApi
from .api_docs import api_docs
from .events.apis import EventListApi
from .index import IndexApi
from .signin.apis import LoginApi, LogoutApi, RefreshApi
from .signin.continuation import continue_
from .signin.session_apis import RevokeAllApi, SessionApi, SessionListApi
from .signing.apis import key_set

public_urlpatterns = [
    path("api/auth/login/", LoginApi.as_view(), name="login"),
    path("api/auth/logout/", LogoutApi.as_view(), name="logout"),
    path("api/auth/refresh/", RefreshApi.as_view(), name="refresh"),
    path("api/auth/continue/", continue_, name="continue"),
    path(".well-known/jwks.json", key_set, name="key-set"),
    path("api/schema/", openapi.schema, name="schema"),
    path("api/docs/", api_docs, name="docs"),
]
protected_urlpatterns = [
    path("api/", IndexApi.as_view(), name="index"),
    path("api/profile/", ProfileApi.as_view(), name="profile"),
    path("api/auth/password/", PasswordApi.as_view(), name="password"),
    path("api/auth/events/", EventListApi.as_view(), name="events"),
    path("api/auth/sessions/", SessionListApi.as_view(), name="sessions"),
    path("api/auth/sessions/revoke-all/", RevokeAllApi.as_view(), name="revoke-all"),
    path("api/auth/sessions/<str:session_id>/", SessionApi.as_view(), name="session"),
]
urlpatterns: list[URLPattern | URLResolver] = [*internal_urlpatterns, *public_urlpatterns, *protected_urlpatterns]

handler400 = "vf_django.problems.bad_request"
handler403 = "vf_django.problems.permission_denied"
handler404 = "vf_django.problems.not_found"
handler500 = "vf_django.problems.server_error"
