"""Endpoints for the signed-in user's own account; the gateway requires a credential."""

from datetime import UTC, datetime
from typing import Any

from django.core.exceptions import ValidationError as DjangoValidationError
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers, status
from rest_framework.exceptions import ValidationError
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from ..edge import edge_user
from ..signin.client import Client
from . import services


class ProfileApi(APIView):
    """``GET /api/profile/``, for programs too. The identity comes from the assertion, so it needs no database query."""

    permission_classes = [IsAuthenticated]

    class ProfileSerializer(serializers.Serializer[Any]):
        """The signed-in user."""

        id = serializers.CharField()
        username = serializers.CharField()
        email = serializers.EmailField()
        roles = serializers.ListField(child=serializers.CharField())
        timestamp = serializers.DateTimeField(help_text="When this response was created (UTC).")

    @extend_schema(responses=ProfileSerializer)
    def get(self, request: Request) -> Response:
        """Return the signed-in user."""
        user = edge_user(request)
        profile = {
            "id": user.id,
            "username": user.username,
            "email": user.email,
            "roles": user.roles,
            "timestamp": datetime.now(UTC),
        }
        return Response(self.ProfileSerializer(profile).data, headers={"Cache-Control": "no-store"})


class PasswordApi(APIView):
    """``POST /api/auth/password/``."""

    class PasswordChangeSerializer(serializers.Serializer[Any]):
        """The current password is required, so that someone at an unlocked screen can't change it."""

        current_password = serializers.CharField(max_length=1024, trim_whitespace=False)
        new_password = serializers.CharField(max_length=1024, trim_whitespace=False)

    @extend_schema(request=PasswordChangeSerializer, responses={204: OpenApiResponse(description="Changed.")})
    def post(self, request: Request) -> Response:
        """Change your password and end your other sessions."""
        serializer = self.PasswordChangeSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        try:
            services.change_password(
                user_id=edge_user(request).id,
                session_id=edge_user(request).session_id,
                old=serializer.validated_data["current_password"],
                new=serializer.validated_data["new_password"],
                network=Client.of(request._request).network,
                now=datetime.now(UTC),
            )
        except DjangoValidationError as error:
            raise ValidationError({"new_password": error.messages}) from error
        return Response(status=status.HTTP_204_NO_CONTENT)
