"""The internal endpoints that every service has: ``urlpatterns = [*internal_urlpatterns, ...]``."""

from django.urls import path

from . import internal_views

internal_urlpatterns = [
    path("healthz", internal_views.healthz, name="healthz"),
    path("readyz", internal_views.readyz, name="readyz"),
    path("metrics", internal_views.prometheus, name="metrics"),
]
