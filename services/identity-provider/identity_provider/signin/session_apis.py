"""A user's own sessions; guarded by the edge."""

from datetime import UTC, datetime
from typing import Any

from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers, status
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from ..edge import edge_user
from . import selectors, services
from .cookies import delete_sign_in_cookies


class SessionListApi(APIView):
    """``GET /api/auth/sessions/``."""

    class SessionSerializer(serializers.Serializer[Any]):
        """One place where the user is signed in."""

        id = serializers.CharField()
        created_at = serializers.DateTimeField()
        last_used_at = serializers.DateTimeField()
        expires_at = serializers.DateTimeField()
        remember_me = serializers.BooleanField(source="remember")
        network = serializers.CharField(source="address")
        user_agent = serializers.CharField()
        current = serializers.SerializerMethodField()

        def get_current(self, session: Any) -> bool:
            """Whether this very request belongs to it."""
            return bool(session.pk == self.context["session_id"])

    @extend_schema(responses=SessionSerializer(many=True))
    def get(self, request: Request) -> Response:
        """Where you are signed in, the latest use first."""
        sessions = selectors.live_sessions(edge_user(request).id, now=datetime.now(UTC))[:100]
        context = {"session_id": edge_user(request).session_id}
        return Response(self.SessionSerializer(sessions, many=True, context=context).data)


class SessionApi(APIView):
    """``DELETE /api/auth/sessions/<id>/``."""

    @extend_schema(responses={204: OpenApiResponse(description="Ended.")})
    def delete(self, request: Request, session_id: str) -> Response:
        """End one of your sessions; its access tokens are refused at once."""
        if not services.end_session(user_id=edge_user(request).id, session_id=session_id, now=datetime.now(UTC)):
            raise NotFound
        return Response(status=status.HTTP_204_NO_CONTENT)


class RevokeAllApi(APIView):
    """``POST /api/auth/sessions/revoke-all/``."""

    class RevokedSerializer(serializers.Serializer[Any]):
        """What happened."""

        revoked_sessions = serializers.IntegerField()

    @extend_schema(request=None, responses=RevokedSerializer)
    def post(self, request: Request) -> Response:
        """Sign out everywhere, here too."""
        count = services.sign_out_everywhere(user_id=edge_user(request).id, now=datetime.now(UTC))
        response = Response({"revoked_sessions": count})
        delete_sign_in_cookies(response, request._request)
        return response
