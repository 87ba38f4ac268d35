"""The events of all accounts, for operators: a page for people, and JSON Lines for archives."""

import json
from collections.abc import Iterator
from typing import Any

from django.http import StreamingHttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import generics, serializers
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from vf_service.caching import PRIVATE

from .. import audit
from ..events.models import Event
from ..events.selectors import document_of, find_events
from .apis import ROLE, OperatorEndpoint

MOST_EXPORTED = 100_000
"""Maximum lines of one export. ``since`` continues it."""

PARAMETERS = [
    OpenApiParameter("user", str, description="ID of the account."),
    OpenApiParameter("actor", str, description="Who did it: a user ID, or `command:<name>`."),
    OpenApiParameter("kind", str, many=True, description="Repeat it for several kinds."),
    OpenApiParameter("succeeded", bool),
    OpenApiParameter("network", str),
    OpenApiParameter("request_id", str),
    OpenApiParameter("since", OpenApiTypes.DATETIME, description="From this time on."),
    OpenApiParameter("until", OpenApiTypes.DATETIME, description="Before this time."),
]


class FilterSerializer(serializers.Serializer[Any]):
    """The query of both endpoints."""

    user = serializers.CharField(max_length=64, required=False)
    actor = serializers.CharField(max_length=150, required=False)
    kind = serializers.MultipleChoiceField(choices=[event.value for event in audit.Event], required=False)
    succeeded = serializers.BooleanField(required=False, allow_null=True, default=None)
    network = serializers.CharField(max_length=64, required=False)
    request_id = serializers.CharField(max_length=64, required=False)
    since = serializers.DateTimeField(required=False)
    until = serializers.DateTimeField(required=False)


class StoredEventSerializer(serializers.ModelSerializer[Event]):
    """An event with everything that is stored."""

    class Meta:
        model = Event
        fields = "__all__"


class AuditListApi(generics.ListAPIView[Event]):
    """``GET /api/auth/audit/``."""

    permission_classes = [IsAuthenticated, ROLE]
    serializer_class = StoredEventSerializer

    def get_queryset(self) -> Any:
        """Return the events that the query asks for, the latest first."""
        return find_events(**_filters(self.request)).order_by("-at", "-pk")

    @extend_schema(parameters=PARAMETERS)
    def get(self, *args: Any, **kwargs: Any) -> Any:
        """List the events of all accounts, the latest first."""
        return super().get(*args, **kwargs)


class AuditKindsApi(OperatorEndpoint):
    """``GET /api/auth/audit/kinds/``."""

    @extend_schema(responses=serializers.ListSerializer(child=serializers.CharField()))
    def get(self, request: Request) -> Response:
        """List the kinds of events, for a filter."""
        return Response(sorted(audit.Event), headers={"Cache-Control": PRIVATE})


class AuditExportApi(OperatorEndpoint):
    """``GET /api/auth/audit/export/``."""

    @extend_schema(
        parameters=PARAMETERS,
        responses={(200, "application/x-ndjson"): OpenApiResponse(OpenApiTypes.STR, description="One event a line.")},
    )
    def get(self, request: Request) -> StreamingHttpResponse:
        """Export events as JSON Lines, the oldest first, at most 100,000."""
        events = find_events(**_filters(request)).order_by("at", "pk")[:MOST_EXPORTED]
        response = StreamingHttpResponse(_lines(events), content_type="application/x-ndjson")
        response["Content-Disposition"] = 'attachment; filename="events.jsonl"'
        response["Cache-Control"] = "no-store"
        return response


def _filters(request: Any) -> dict[str, Any]:
    serializer = FilterSerializer(data=request.query_params)
    serializer.is_valid(raise_exception=True)
    return dict(serializer.validated_data)


def _lines(events: Any) -> Iterator[str]:
    for event in events.iterator(chunk_size=1000):
        yield json.dumps(document_of(event), ensure_ascii=False) + "\n"
