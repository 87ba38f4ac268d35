"""The error responses that drf-spectacular can't detect."""

from typing import Any

from drf_spectacular.generators import SchemaGenerator

from .endpoints import ALIAS, VERSIONED

PROBLEM = {
    "type": "object",
    "description": "Problem details (RFC 9457).",
    "required": ["type", "title", "status", "detail", "code", "request_id"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "code": {"type": "string", "description": "Stable, for programs."},
        "request_id": {"type": "string"},
        "errors": {
            "type": "object",
            "description": "By field, for code validation_failed.",
            "additionalProperties": True,
        },
    },
}

_CONTENT = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}


class ServiceSchemaGenerator(SchemaGenerator):
    """A generator that gives every operation a ``default`` response of problem+json.

    The document has the versioned form of every path, and the aliases instead if it is requested by its alias.
    """

    def get_schema(self, request: Any = None, public: bool = False) -> dict[str, Any]:
        """Return the OpenAPI document."""
        document: dict[str, Any] = super().get_schema(request, public)  # type: ignore[no-untyped-call]
        document.setdefault("components", {}).setdefault("schemas", {})["Problem"] = PROBLEM
        for operations in document["paths"].values():
            for operation in operations.values():
                if "responses" in operation:
                    operation["responses"]["default"] = {"description": "Any error.", "content": _CONTENT}
        if request is not None and not request.path.startswith(f"/{VERSIONED}"):
            paths = document["paths"].items()
            document["paths"] = {path.replace(f"/{VERSIONED}", f"/{ALIAS}", 1): value for path, value in paths}
        return document
