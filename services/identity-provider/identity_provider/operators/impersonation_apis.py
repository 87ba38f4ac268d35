"""Endpoints with which an operator acts as another user, and stops."""

from datetime import UTC, datetime
from typing import Any

from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers, status
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from ..edge import ByPerson, edge_user
from ..flows.endpoints import AccountEndpoint
from ..signin.answers import SignInAnswer, answer
from ..signin.client import Client
from ..signin.cookies import delete_sign_in_cookies
from ..signin.impersonation import impersonate, stop_impersonation
from .apis import ROLE


class UserImpersonateApi(AccountEndpoint):
    """``POST /api/auth/users/<id>/impersonate/``."""

    permission_classes = [IsAuthenticated, ByPerson, ROLE]
    proof_for = frozenset({"POST"})

    class ReasonSerializer(serializers.Serializer[Any]):
        """Why. The user can read it."""

        reason = serializers.CharField(min_length=10, max_length=500)

        def validate_reason(self, value: str) -> str:
            """Accept one line of text."""
            if not value.isprintable():
                raise serializers.ValidationError("Enter one line of text.")
            return value

    @extend_schema(request=ReasonSerializer, responses=SignInAnswer)
    def post(self, request: Request, user_id: str) -> Response:
        """Act as a user for a limited time. This ends your own session, and the cookies become those of the user."""
        serializer = self.ReasonSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        begun = impersonate(
            user_id=user_id,
            by=self.session,
            reason=serializer.validated_data["reason"],
            client=Client.of(request._request),
            now=datetime.now(UTC),
        )
        return answer(request, begun, include_token=False, begun=True)


class StopImpersonationApi(APIView):
    """``POST /api/auth/impersonation/stop/``."""

    permission_classes = [IsAuthenticated, ByPerson]

    @extend_schema(request=None, responses={204: OpenApiResponse(description="Stopped. Sign in again.")})
    def post(self, request: Request) -> Response:
        """Stop acting as a user: the session ends, and the cookies are deleted."""
        user = edge_user(request)
        stop_impersonation(user_id=user.id, session_id=user.session_id, now=datetime.now(UTC))
        response = Response(status=status.HTTP_204_NO_CONTENT)
        delete_sign_in_cookies(response, request._request)
        return response
