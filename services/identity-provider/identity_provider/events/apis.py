"""Endpoint for a user's own events; the gateway requires a credential."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import generics, serializers

from ..edge import edge_user
from .models import Event


class EventListApi(generics.ListAPIView[Event]):
    """``GET /api/auth/events/``."""

    class EventSerializer(serializers.ModelSerializer[Event]):
        """Something that happened to your account."""

        by_you = serializers.SerializerMethodField(help_text="True if it was done while signed in as you.")
        current_session = serializers.SerializerMethodField(help_text="True if it belongs to this session.")

        class Meta:
            model = Event
            fields = (
                "id",
                "at",
                "kind",
                "succeeded",
                "by_you",
                "network",
                "user_agent",
                "session_id",
                "current_session",
                "request_id",
                "reason",
            )

        @extend_schema_field(serializers.BooleanField())
        def get_by_you(self, event: Event) -> bool:
            """Return True if the user did it. Others stay unnamed: who administers accounts is no user's business."""
            return event.actor == event.user_id

        @extend_schema_field(serializers.BooleanField())
        def get_current_session(self, event: Event) -> bool:
            """Return True if this request belongs to the event's session."""
            return bool(event.session_id) and event.session_id == edge_user(self.context["request"]).session_id

    serializer_class = EventSerializer

    def get_queryset(self) -> Any:
        """Return your events, the latest first."""
        return Event.objects.filter(user_id=edge_user(self.request).id).order_by("-at", "-pk")

    def get(self, *args: Any, **kwargs: Any) -> Any:
        """List what happened to your account, the latest first: sign-ins, changes and refusals."""
        return super().get(*args, **kwargs)
