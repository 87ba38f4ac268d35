"""Endpoints for a user's own sessions; the gateway requires a credential."""

from datetime import UTC, datetime
from typing import Any

from drf_spectacular.utils import OpenApiResponse, extend_schema, extend_schema_field
from rest_framework import serializers, status
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from ..edge import edge_user
from . import selectors, services
from .cookies import delete_sign_in_cookies
from .last_use import shown_last_use
from .models import Session


class SessionListApi(APIView):
    """``GET /api/auth/sessions/``."""

    class SessionSerializer(serializers.Serializer[Any]):
        """A session of the signed-in user."""

        id = serializers.CharField()
        created_at = serializers.DateTimeField()
        last_used_at = serializers.SerializerMethodField(
            help_text="Hour of the last use, shown once that hour is over."
        )
        expires_at = serializers.SerializerMethodField(
            help_text="Expiry without further use, counted from last_used_at."
        )
        remember_me = serializers.BooleanField(source="remember")
        network = serializers.CharField(source="address")
        user_agent = serializers.CharField()
        current = serializers.SerializerMethodField()
        by_operator = serializers.BooleanField(source="actor", help_text="True if an operator uses it as you.")

        def get_current(self, session: Any) -> bool:
            """Return True if this request belongs to the session."""
            return bool(session.pk == self.context["session_id"])

        @extend_schema_field(serializers.DateTimeField)
        def get_last_used_at(self, session: Session) -> datetime:
            """Return a rounded time, which is useless to a thief (:mod:`.last_use`)."""
            return shown_last_use(session, self.context["now"])

        @extend_schema_field(serializers.DateTimeField)
        def get_expires_at(self, session: Session) -> datetime:
            """Derive the expiry from the shown last use: the stored expiry changes with each refresh."""
            return services.expiry(session, used_at=shown_last_use(session, self.context["now"]))

    @extend_schema(responses=SessionSerializer(many=True))
    def get(self, request: Request) -> Response:
        """List your sessions, the most recently used first. ``X-Total-Count`` is their number.

        The list contains the 100 latest. A user rarely has more, because a sign-in beyond 100 ends the oldest session.
        """
        return session_list(edge_user(request).id, request=request)


def session_list(user_id: str, *, request: Request) -> Response:
    """Return the 100 latest of a user's sessions. ``X-Total-Count`` is their number."""
    now = datetime.now(UTC)
    live = selectors.live_sessions(user_id, now=now)
    listed = list(live[: services.MOST_SESSIONS])
    listed.sort(key=lambda session: (shown_last_use(session, now), session.created_at), reverse=True)
    total = len(listed) if len(listed) < services.MOST_SESSIONS else live.count()
    context = {"session_id": edge_user(request).session_id, "now": now}
    data = SessionListApi.SessionSerializer(listed, many=True, context=context).data
    return Response(data, headers={"X-Total-Count": str(total)})


class SessionApi(APIView):
    """``DELETE /api/auth/sessions/<id>/``."""

    @extend_schema(responses={204: OpenApiResponse(description="Ended.")})
    def delete(self, request: Request, session_id: str) -> Response:
        """End one of your sessions. Its access tokens stop working at once."""
        if not services.end_session(user_id=edge_user(request).id, session_id=session_id, now=datetime.now(UTC)):
            raise NotFound
        return Response(status=status.HTTP_204_NO_CONTENT)


class RevokedSerializer(serializers.Serializer[Any]):
    """The number of ended sessions."""

    revoked_sessions = serializers.IntegerField()


class RevokeOthersApi(APIView):
    """``POST /api/auth/sessions/revoke-others/``."""

    @extend_schema(request=None, responses=RevokedSerializer)
    def post(self, request: Request) -> Response:
        """End all your sessions except this one."""
        user = edge_user(request)
        count = services.sign_out_others(user_id=user.id, session_id=user.session_id, now=datetime.now(UTC))
        return Response({"revoked_sessions": count})


class RevokeAllApi(APIView):
    """``POST /api/auth/sessions/revoke-all/``."""

    @extend_schema(request=None, responses=RevokedSerializer)
    def post(self, request: Request) -> Response:
        """End all your sessions, including this one."""
        count = services.sign_out_everywhere(user_id=edge_user(request).id, now=datetime.now(UTC))
        response = Response({"revoked_sessions": count})
        delete_sign_in_cookies(response, request._request)
        return response
