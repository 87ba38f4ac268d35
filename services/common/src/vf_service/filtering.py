"""Query parameters of a list, validated by a serializer: an invalid value is a 400 that names the parameter."""

from typing import Any, Protocol

from django.db.models import QuerySet
from rest_framework import serializers
from rest_framework.filters import BaseFilterBackend
from rest_framework.request import Request


class FilteredView(Protocol):
    """The interface of a list view with :class:`QueryFilter` in ``filter_backends``."""

    query_serializer_class: type[serializers.Serializer[Any]]

    def filter_rows(self, rows: QuerySet[Any], **values: Any) -> QuerySet[Any]:
        """Narrow ``rows`` by the client's valid parameters."""
        ...


class QueryFilter(BaseFilterBackend):
    """A filter backend that passes the validated query to the view and documents its fields in OpenAPI."""

    def filter_queryset(self, request: Request, queryset: QuerySet[Any], view: Any) -> QuerySet[Any]:
        """Return the rows that match the query. Raises DRF's ``ValidationError``."""
        query = view.query_serializer_class(data=request.query_params)
        query.is_valid(raise_exception=True)
        rows: QuerySet[Any] = view.filter_rows(queryset, **query.validated_data)
        return rows

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        """Return one OpenAPI parameter per field."""
        fields = view.query_serializer_class().fields.items()
        return [
            {
                "name": name,
                "in": "query",
                "required": field.required,
                "description": str(field.help_text or ""),
                "schema": _schema(field),
            }
            for name, field in fields
        ]


def _schema(field: serializers.Field[Any, Any, Any, Any]) -> dict[str, Any]:
    if isinstance(field, serializers.ChoiceField):
        return {"type": "string", "enum": list(field.choices)}
    if isinstance(field, serializers.BooleanField):
        return {"type": "boolean"}
    return {"type": "string"}
