"""Endpoints for the signed-in user's own account; the gateway requires a credential."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import available_timezones

from django.conf import settings
from django.core.exceptions import ValidationError as DjangoValidationError
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers, status
from rest_framework.exceptions import ValidationError
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from ..configuration import current
from ..edge import NotImpersonated, edge_user, is_program
from ..signin.client import Client
from . import selectors, services


class ProfileApi(APIView):
    """``GET`` and ``PATCH /api/profile/``, for programs too."""

    permission_classes = [IsAuthenticated, NotImpersonated]

    class ProfileSerializer(serializers.Serializer[Any]):
        """The signed-in user: the identity from the assertion, the other fields from the account, if there is one."""

        id = serializers.CharField()
        username = serializers.CharField()
        email = serializers.EmailField()
        roles = serializers.ListField(child=serializers.CharField())
        name = serializers.CharField()
        locale = serializers.CharField()
        time_zone = serializers.CharField()
        factor_required = serializers.BooleanField(
            help_text="True if some of your roles are missing, because they require a second factor in this session."
        )
        impersonated_by = serializers.CharField(
            help_text="Username of the operator who acts as this user, or null if the user acts."
        )
        timestamp = serializers.DateTimeField(help_text="When this response was created (UTC).")

    class ProfileChangeSerializer(serializers.Serializer[Any]):
        """The fields to change. Empty text removes a value."""

        name = serializers.CharField(max_length=150, required=False, allow_blank=True, help_text="The name to show.")
        locale = serializers.ChoiceField(
            choices=[code for code, _ in settings.LANGUAGES], required=False, allow_blank=True, help_text="For emails."
        )
        time_zone = serializers.CharField(max_length=64, required=False, allow_blank=True, help_text="An IANA name.")

        def validate_time_zone(self, value: str) -> str:
            """Accept a name of the time zone database."""
            if value and value not in available_timezones():
                raise serializers.ValidationError("Use a name such as Europe/Berlin.")
            return value

    @extend_schema(responses=ProfileSerializer)
    def get(self, request: Request) -> Response:
        """Return the signed-in user."""
        return self._answer(request, selectors.find_profile(edge_user(request).id))

    @extend_schema(request=ProfileChangeSerializer, responses=ProfileSerializer)
    def patch(self, request: Request) -> Response:
        """Change your name, language or time zone."""
        serializer = self.ProfileChangeSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        profile = services.change_profile(user_id=edge_user(request).id, **serializer.validated_data)
        return self._answer(request, profile)

    def _answer(self, request: Request, profile: dict[str, Any]) -> Response:
        user = edge_user(request)
        withheld = current().require_mfa_roles & set(profile.pop("roles")) - set(user.roles)
        body = {
            "id": user.id,
            "username": user.username,
            "email": user.email,
            "roles": user.roles,
            "factor_required": bool(withheld) and not is_program(user),
            "impersonated_by": selectors.find_username(user.actor_id) if user.actor_id else None,
            "timestamp": datetime.now(UTC),
            **profile,
        }
        return Response(self.ProfileSerializer(body).data, headers={"Cache-Control": "no-store"})


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
