"""URL patterns of the website. Traefik routes ``/api/`` to other services."""

from django.urls import include, path

from vf_django.urls import internal_urlpatterns

urlpatterns = [
    *internal_urlpatterns,
    path("", include("pages.urls")),
    path("accounts/", include("accounts.urls")),
]

handler400 = "website.errors.bad_request"
handler403 = "website.errors.permission_denied"
handler404 = "website.errors.not_found"
handler500 = "website.errors.server_error"
