"""URL patterns of the website. Traefik routes ``/api/`` to other services."""

from accounts.views import change_password
from django.urls import include, path

from vf_django.urls import internal_urlpatterns

from .preferences import preferences

urlpatterns = [
    *internal_urlpatterns,
    path("", include("pages.urls")),
    path("accounts/", include("accounts.urls")),
    path("operators/", include("operators.urls")),
    path(".well-known/change-password", change_password),
    path("preferences/", preferences, name="preferences"),
]

handler400 = "website.errors.bad_request"
handler403 = "website.errors.permission_denied"
handler404 = "website.errors.not_found"
handler500 = "website.errors.server_error"
