"""The internal endpoints of a service: ``urlpatterns = [*internal_urlpatterns, ...]``.

``/metrics`` exists if the extra ``metrics`` is installed.
"""

from importlib.util import find_spec

from django.urls import path

from . import internal_views

internal_urlpatterns = [
    path("healthz", internal_views.healthz, name="healthz"),
    path("readyz", internal_views.readyz, name="readyz"),
]
if find_spec("prometheus_client"):
    internal_urlpatterns.append(path("metrics", internal_views.prometheus, name="metrics"))
