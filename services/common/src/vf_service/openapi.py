"""The OpenAPI document of a service. drf-spectacular is imported on the first request, not at start."""

from collections.abc import Collection
from typing import Any

from django.http import HttpRequest, HttpResponseBase, QueryDict

from .caching import PUBLIC

SETTINGS: dict[str, Any] = {
    "DEFAULT_GENERATOR_CLASS": "vf_service.openapi_generator.ServiceSchemaGenerator",
    "SERVE_INCLUDE_SCHEMA": False,
    "COMPONENT_SPLIT_REQUEST": True,
    "SCHEMA_PATH_PREFIX": "/api(/v1)?",
    "PREPROCESSING_HOOKS": ["vf_service.endpoints.without_aliases"],
}
"""``SPECTACULAR_SETTINGS`` of every service."""


FORMATS = ("json", "yaml")


def schema(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
    """Return this API as OpenAPI: JSON (``?format=json``) or YAML.

    The document is public. It describes the API and contains no user data.
    """
    from drf_spectacular.views import SpectacularAPIView

    keep_parameters(request, format=FORMATS)
    response: HttpResponseBase = SpectacularAPIView.as_view()(request, *args, **kwargs)
    response["Cache-Control"] = PUBLIC
    return response


def keep_parameters(request: HttpRequest, **values: Collection[str]) -> None:
    """Remove every query parameter except the given ones with one of their values.

    drf-spectacular copies ``version`` and ``lang`` unchecked into a file name in ``Content-Disposition``, into the
    document and into URLs. The services have no versions or languages to choose.
    """
    kept = QueryDict(mutable=True)
    for name, allowed in values.items():
        if request.GET.get(name) in allowed:
            kept[name] = request.GET[name]
    request.GET = kept  # type: ignore[assignment]
