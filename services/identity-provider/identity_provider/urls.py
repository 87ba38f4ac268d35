"""URL patterns of the identity provider."""

from vf_django.urls import internal_urlpatterns

from .endpoints import ENDPOINTS

urlpatterns = [*internal_urlpatterns, *(pattern for endpoint in ENDPOINTS for pattern in endpoint.patterns())]

handler400 = "vf_django.problems.bad_request"
handler403 = "vf_django.problems.permission_denied"
handler404 = "vf_django.problems.not_found"
handler500 = "vf_django.problems.server_error"
