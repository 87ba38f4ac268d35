from django.urls import path
from drf_spectacular.views import SpectacularAPIView

from vf_django.urls import internal_urlpatterns

from . import views

urlpatterns = [
    *internal_urlpatterns,
    path("whoami", views.WhoAmI.as_view(), name="whoami"),
    path("open", views.Open.as_view(), name="open"),
    path("catalogue", views.Catalogue.as_view(), name="catalogue"),
    path("operators", views.Operators.as_view(), name="operators"),
    path("orders", views.Orders.as_view(), name="orders"),
    path("undeclared", views.undeclared, name="undeclared"),
    path("declared", views.declared, name="declared"),
    path("throttled", views.Throttled.as_view(), name="throttled"),
    path("api-error/<slug:kind>", views.ApiError.as_view(), name="api-error"),
    path("page-error/<slug:kind>", views.page_error, name="page-error"),
    path("form", views.form, name="form"),
    path("posted", views.posted, name="posted"),
    path("permitted", views.permitted, name="permitted"),
    path("breaks-off", views.breaks_off, name="breaks-off"),
    path("odd-header", views.odd_header, name="odd-header"),
    path("schema", SpectacularAPIView.as_view(), name="schema"),
]

handler400 = "vf_django.problems.bad_request"
handler403 = "vf_django.problems.permission_denied"
handler404 = "vf_django.problems.not_found"
handler500 = "vf_django.problems.server_error"
