"""Endpoints for a user's own personal access tokens; the gateway requires a credential."""

from datetime import UTC, datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError as DjangoValidationError
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers, status
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from vf_tokens.claims import MAX_ROLES

from ..edge import edge_user
from ..flows.endpoints import AccountEndpoint
from . import selectors, services
from .models import MAX_NAME

DEFAULT_DAYS = 90


class PersonalTokenSerializer(serializers.Serializer[Any]):
    """A personal access token, without its secret."""

    id = serializers.CharField()
    name = serializers.CharField()
    scopes = serializers.ListField(child=serializers.CharField())
    hint = serializers.CharField(help_text="The beginning of the secret.")
    created_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField()
    last_used_at = serializers.DateTimeField(help_text="The hour of the last exchange, or null.")


class NewTokenSerializer(PersonalTokenSerializer):
    """A new personal access token with its secret, which is never shown again."""

    token = serializers.CharField()


class TokenListApi(AccountEndpoint):
    """``/api/auth/tokens/``. A new token outlives the session, so it needs a recent proof of identity."""

    proof_for = frozenset({"POST"})

    class TokenCreationSerializer(serializers.Serializer[Any]):
        """A name for people, and roles of yours that the token may have."""

        name = serializers.CharField(max_length=MAX_NAME)
        scopes = serializers.ListField(
            child=serializers.CharField(max_length=64), max_length=MAX_ROLES, default=list,
            help_text="Names of your roles. Without any, the token proves only who you are.",
        )  # fmt: skip
        expires_in_days = serializers.IntegerField(
            min_value=1, max_value=services.LONGEST_LIFETIME.days, default=DEFAULT_DAYS
        )

        def validate_name(self, name: str) -> str:
            """Reject control characters, which could forge lines where the name is shown."""
            if not name.isprintable():
                raise serializers.ValidationError("Names can't contain control characters.")
            return name

    @extend_schema(responses=PersonalTokenSerializer(many=True))
    def get(self, request: Request) -> Response:
        """List your personal access tokens that are valid, the newest first."""
        live = selectors.live_tokens(edge_user(request).id, now=datetime.now(UTC))
        return Response(PersonalTokenSerializer(live, many=True).data, headers={"Cache-Control": "no-store"})

    @extend_schema(request=TokenCreationSerializer, responses={201: NewTokenSerializer})
    def post(self, request: Request) -> Response:
        """Create a personal access token. The response is the only one that contains its secret."""
        serializer = self.TokenCreationSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        given = serializer.validated_data
        try:
            new = services.create_token(
                user_id=edge_user(request).id,
                name=given["name"],
                scopes=given["scopes"],
                lifetime=timedelta(days=given["expires_in_days"]),
                now=datetime.now(UTC),
                session=self.session,
            )
        except DjangoValidationError as error:
            raise ValidationError(error.message_dict) from error
        data = {**PersonalTokenSerializer(new.token).data, "token": new.secret}
        return Response(data, status=status.HTTP_201_CREATED, headers={"Cache-Control": "no-store"})


class TokenApi(APIView):
    """``DELETE /api/auth/tokens/<id>/``."""

    @extend_schema(responses={204: OpenApiResponse(description="Revoked.")})
    def delete(self, request: Request, token_id: str) -> Response:
        """Revoke one of your personal access tokens. Its access tokens stop working at once."""
        if not services.revoke_token(user_id=edge_user(request).id, token_id=token_id, now=datetime.now(UTC)):
            raise NotFound
        return Response(status=status.HTTP_204_NO_CONTENT)
