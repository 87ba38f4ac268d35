"""The OpenAPI document of a service. drf-spectacular is imported when somebody asks for it, not at start."""

from typing import Any

from django.http import HttpRequest, HttpResponseBase

SETTINGS = {
    "DEFAULT_GENERATOR_CLASS": "vf_django.openapi_generator.ServiceSchemaGenerator",
    "SERVE_INCLUDE_SCHEMA": False,
    "COMPONENT_SPLIT_REQUEST": True,
    "SCHEMA_PATH_PREFIX": "/api",
}
"""What every service has in ``SPECTACULAR_SETTINGS``."""


def schema(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
    """The document; ``?format=json`` or YAML. Public on purpose: it describes the API and holds nothing of anybody."""
    from drf_spectacular.views import SpectacularAPIView

    return SpectacularAPIView.as_view()(request, *args, **kwargs)
