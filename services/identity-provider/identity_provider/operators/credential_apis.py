"""Endpoints for the sessions and personal access tokens of one user, for operators."""

from datetime import UTC, datetime

from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import status
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from ..accounts.selectors import get_user
from ..programs.apis import PersonalTokenSerializer
from ..programs.selectors import live_tokens
from ..signin.session_apis import SessionListApi, session_list
from . import services
from .apis import OperatorEndpoint


class UserSessionListApi(OperatorEndpoint):
    """``GET /api/auth/users/<id>/sessions/``."""

    @extend_schema(responses=SessionListApi.SessionSerializer(many=True))
    def get(self, request: Request, user_id: str) -> Response:
        """List the 100 latest sessions of a user. ``X-Total-Count`` is their number."""
        return session_list(get_user(user_id).pk, request=request)


class UserSessionApi(OperatorEndpoint):
    """``DELETE /api/auth/users/<id>/sessions/<session_id>/``."""

    @extend_schema(responses={204: OpenApiResponse(description="Ended.")})
    def delete(self, request: Request, user_id: str, session_id: str) -> Response:
        """End one session of a user. Its access tokens stop working at once."""
        if not services.end_session_of(user_id=user_id, session_id=session_id, now=datetime.now(UTC)):
            raise NotFound
        return Response(status=status.HTTP_204_NO_CONTENT)


class UserTokenListApi(OperatorEndpoint):
    """``GET /api/auth/users/<id>/tokens/``."""

    @extend_schema(responses=PersonalTokenSerializer(many=True))
    def get(self, request: Request, user_id: str) -> Response:
        """List the valid personal access tokens of a user, the newest first."""
        live = live_tokens(get_user(user_id).pk, now=datetime.now(UTC))
        return Response(PersonalTokenSerializer(live, many=True).data, headers={"Cache-Control": "no-store"})


class UserTokenApi(OperatorEndpoint):
    """``DELETE /api/auth/users/<id>/tokens/<token_id>/``."""

    @extend_schema(responses={204: OpenApiResponse(description="Revoked.")})
    def delete(self, request: Request, user_id: str, token_id: str) -> Response:
        """Revoke a personal access token of a user. Its access tokens stop working at once."""
        if not services.revoke_token_of(user_id=user_id, token_id=token_id, now=datetime.now(UTC)):
            raise NotFound
        return Response(status=status.HTTP_204_NO_CONTENT)
