"""URL patterns of inventory."""

from django.urls import include

from vf_django.urls import internal_urlpatterns
from vf_service import openapi
from vf_service.endpoints import both_forms

urlpatterns = [
    *internal_urlpatterns,
    *both_forms("inventory/", include("inventory.catalogue.urls")),
    *both_forms("inventory/schema/", openapi.schema, name="schema"),
]

handler400 = "vf_django.problems.bad_request"
handler403 = "vf_django.problems.permission_denied"
handler404 = "vf_django.problems.not_found"
handler500 = "vf_django.problems.server_error"
