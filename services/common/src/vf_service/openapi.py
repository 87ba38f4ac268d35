"""The OpenAPI document of a service. drf-spectacular is imported when somebody asks for it, not at start."""

from collections.abc import Collection
from typing import Any

from django.http import HttpRequest, HttpResponseBase, QueryDict

SETTINGS = {
    "DEFAULT_GENERATOR_CLASS": "vf_service.openapi_generator.ServiceSchemaGenerator",
    "SERVE_INCLUDE_SCHEMA": False,
    "COMPONENT_SPLIT_REQUEST": True,
    "SCHEMA_PATH_PREFIX": "/api",
}
"""What every service has in ``SPECTACULAR_SETTINGS``."""


FORMATS = ("json", "yaml")


def schema(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
    """The document; ``?format=json`` or YAML. Public on purpose: it describes the API and holds nothing of anybody."""
    from drf_spectacular.views import SpectacularAPIView

    keep_parameters(request, format=FORMATS)
    return SpectacularAPIView.as_view()(request, *args, **kwargs)


def keep_parameters(request: HttpRequest, **values: Collection[str]) -> None:
    """Remove every query parameter but those named, with one of their values.

    drf-spectacular writes ``version`` and ``lang`` as they come into a file name in ``Content-Disposition``, into the
    document and into URLs. Nothing here has versions or languages to choose.
    """
    kept = QueryDict(mutable=True)
    for name, allowed in values.items():
        if request.GET.get(name) in allowed:
            kept[name] = request.GET[name]
    request.GET = kept  # type: ignore[assignment]
