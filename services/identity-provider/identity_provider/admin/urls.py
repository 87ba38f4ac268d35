"""URL patterns of the admin's host."""

from django.urls import path
from django.views.generic import RedirectView

from .access import for_operators
from .site import ROOT, site

urlpatterns = [
    path("", for_operators(RedirectView.as_view(url=ROOT))),
    path(ROOT.removeprefix("/"), site.urls),
]

handler400 = "vf_django.problems.bad_request"
handler403 = "vf_django.problems.permission_denied"
handler404 = "vf_django.problems.not_found"
handler500 = "vf_django.problems.server_error"
