"""Endpoints for operators. The gateway requires the role, and so does each of them."""

from datetime import UTC, datetime
from typing import Any

from django.core.exceptions import ValidationError as DjangoValidationError
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import generics, serializers, status
from rest_framework.exceptions import ValidationError
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from vf_django.permissions import has_role
from vf_service.caching import PRIVATE

from ..accounts import services as accounts
from ..accounts.models import User
from ..accounts.selectors import get_user
from ..configuration import current
from ..edge import edge_user
from ..roles import OPERATOR
from . import selectors, services

ROLE = has_role(OPERATOR)
MAX_SEARCH = 254


class UserSerializer(serializers.Serializer[Any]):
    """An account."""

    id = serializers.CharField()
    username = serializers.CharField()
    email = serializers.EmailField()
    roles = serializers.ListField(child=serializers.CharField(), source="known_roles")
    is_active = serializers.BooleanField()
    created_at = serializers.DateTimeField()


class OverviewSerializer(serializers.Serializer[Any]):
    """An account with its figures."""

    user = UserSerializer()
    sessions = serializers.IntegerField(help_text="Live sessions.")
    personal_access_tokens = serializers.IntegerField(help_text="Valid ones.")
    factors = serializers.ListField(child=serializers.CharField(), help_text="Kinds of second factors.")
    last_sign_in_at = serializers.DateTimeField(help_text="The newest sign-in that is still stored, or null.")


class RolesSerializer(serializers.Serializer[Any]):
    """All roles of the user."""

    roles = serializers.ListField(child=serializers.CharField(max_length=64))


class OperatorEndpoint(APIView):
    """Base class of the endpoints for operators. A program with the role may use them too."""

    permission_classes = [IsAuthenticated, ROLE]


class UserListApi(generics.ListAPIView[User]):
    """``/api/auth/users/``."""

    permission_classes = [IsAuthenticated, ROLE]
    serializer_class = UserSerializer

    class FilterSerializer(serializers.Serializer[Any]):
        """The query."""

        search = serializers.CharField(max_length=MAX_SEARCH, required=False, allow_blank=True, default="")
        role = serializers.CharField(max_length=64, required=False, allow_blank=True, default="")
        active = serializers.BooleanField(required=False, allow_null=True, default=None)

        def validate_role(self, value: str) -> str:
            """Reject what is no role: an empty list would look as if nobody had it."""
            if value and (problem := current().roles.why_unknown([value])):
                raise ValidationError(problem)
            return value

    class UserCreationSerializer(serializers.Serializer[Any]):
        """A new account."""

        username = serializers.CharField(max_length=254)
        email = serializers.CharField(max_length=254)
        password = serializers.CharField(max_length=1024, trim_whitespace=False)
        roles = serializers.ListField(child=serializers.CharField(max_length=64), default=list)

    def get_queryset(self) -> Any:
        """Return the users that the query asks for."""
        filters = self.FilterSerializer(data=self.request.query_params.dict())
        filters.is_valid(raise_exception=True)
        return selectors.find_users(**filters.validated_data)

    @extend_schema(
        parameters=[OpenApiParameter("search", str), OpenApiParameter("role", str), OpenApiParameter("active", bool)]
    )
    def get(self, *args: Any, **kwargs: Any) -> Any:
        """List accounts, the newest first. ``search`` is an ID, or part of a username or email address."""
        return super().get(*args, **kwargs)

    @extend_schema(request=UserCreationSerializer, responses={201: UserSerializer})
    def post(self, request: Request) -> Response:
        """Create an account."""
        serializer = self.UserCreationSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        try:
            user = accounts.create_user(**serializer.validated_data)
        except DjangoValidationError as error:
            raise _invalid(error, "password") from error
        return Response(UserSerializer(user).data, status=status.HTTP_201_CREATED)


class UserInviteApi(OperatorEndpoint):
    """``POST /api/auth/users/invite/``."""

    class InvitationSerializer(serializers.Serializer[Any]):
        """Who is invited."""

        email = serializers.EmailField(max_length=MAX_SEARCH)
        roles = serializers.ListField(child=serializers.CharField(max_length=64), default=list)

    class InvitedSerializer(serializers.Serializer[Any]):
        """The invitation."""

        link = serializers.URLField(help_text="The page on which the invited person creates the account.")
        sent = serializers.BooleanField(help_text="Whether it is also sent by email.")

    @extend_schema(request=InvitationSerializer, responses={201: InvitedSerializer})
    def post(self, request: Request) -> Response:
        """Invite a person to create an account with these roles, within 7 days."""
        serializer = self.InvitationSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        try:
            link = services.invite(**serializer.validated_data)
        except DjangoValidationError as error:
            raise _invalid(error, "roles") from error
        body = {"link": link, "sent": current().mail.is_on}
        return Response(body, status=status.HTTP_201_CREATED, headers={"Cache-Control": "no-store"})


class UserApi(OperatorEndpoint):
    """``/api/auth/users/<id>/``."""

    @extend_schema(responses=OverviewSerializer)
    def get(self, request: Request, user_id: str) -> Response:
        """Show an account."""
        return Response(OverviewSerializer(selectors.overview(get_user(user_id), now=datetime.now(UTC))).data)

    @extend_schema(responses={204: OpenApiResponse(description="Closed.")})
    def delete(self, request: Request, user_id: str) -> Response:
        """Close an account for good. Its sessions and tokens end at once, and its ID is never used again."""
        services.delete_account(user_id=user_id, actor=edge_user(request).id)
        return Response(status=status.HTTP_204_NO_CONTENT)


class UserRolesApi(OperatorEndpoint):
    """``PUT /api/auth/users/<id>/roles/``."""

    @extend_schema(request=RolesSerializer, responses=UserSerializer)
    def put(self, request: Request, user_id: str) -> Response:
        """Replace a user's roles. Access tokens with the old roles are revoked."""
        serializer = RolesSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        try:
            user = services.replace_roles(
                user_id=user_id, roles=serializer.validated_data["roles"], actor=edge_user(request).id
            )
        except DjangoValidationError as error:
            raise _invalid(error, "roles") from error
        return Response(UserSerializer(user).data)


class UserLockApi(OperatorEndpoint):
    """``POST /api/auth/users/<id>/lock/``."""

    @extend_schema(request=None, responses=UserSerializer)
    def post(self, request: Request, user_id: str) -> Response:
        """Lock an account: its sessions and tokens end at once, and it can't sign in."""
        user = services.lock(user_id=user_id, actor=edge_user(request).id, now=datetime.now(UTC))
        return Response(UserSerializer(user).data)


class UserUnlockApi(OperatorEndpoint):
    """``POST /api/auth/users/<id>/unlock/``."""

    @extend_schema(request=None, responses=UserSerializer)
    def post(self, request: Request, user_id: str) -> Response:
        """Unlock an account. Its previous sessions and personal access tokens stay revoked."""
        return Response(UserSerializer(services.unlock(user_id=user_id)).data)


class UserSignOutApi(OperatorEndpoint):
    """``POST /api/auth/users/<id>/sign-out/``."""

    class SignedOutSerializer(serializers.Serializer[Any]):
        """The number of ended sessions."""

        revoked_sessions = serializers.IntegerField()

    @extend_schema(request=None, responses=SignedOutSerializer)
    def post(self, request: Request, user_id: str) -> Response:
        """Sign a user out everywhere."""
        return Response({"revoked_sessions": services.sign_out_of(user_id=user_id, now=datetime.now(UTC))})


class UserLimitsApi(OperatorEndpoint):
    """``POST /api/auth/users/<id>/reset-limits/``."""

    @extend_schema(request=None, responses={204: OpenApiResponse(description="Reset.")})
    def post(self, request: Request, user_id: str) -> Response:
        """Forget the failed sign-ins of an account, so that its user can try again at once."""
        services.reset_limits(user_id=user_id, now=datetime.now(UTC))
        return Response(status=status.HTTP_204_NO_CONTENT)


class UserFactorsApi(OperatorEndpoint):
    """``POST /api/auth/users/<id>/reset-factors/``."""

    @extend_schema(request=None, responses={204: OpenApiResponse(description="Reset.")})
    def post(self, request: Request, user_id: str) -> Response:
        """Remove all second factors of a user who has lost them, and sign the user out everywhere."""
        services.reset_factors(user_id=user_id, actor=edge_user(request).id, now=datetime.now(UTC))
        return Response(status=status.HTTP_204_NO_CONTENT)


class RoleListApi(OperatorEndpoint):
    """``GET /api/auth/roles/``."""

    class RoleSerializer(serializers.Serializer[Any]):
        """A role and what it permits."""

        name = serializers.CharField()
        description = serializers.CharField()
        permits = serializers.ListField(child=serializers.CharField())

    @extend_schema(responses=RoleSerializer(many=True))
    def get(self, request: Request) -> Response:
        """List the roles that exist, and what each permits."""
        roles = self.RoleSerializer(list(current().roles), many=True).data
        return Response(roles, headers={"Cache-Control": PRIVATE})


def _invalid(error: DjangoValidationError, field: str) -> ValidationError:
    """Return the API's error. ``field`` is that of an error without one."""
    if not hasattr(error, "error_dict"):
        return ValidationError({field: error.messages})
    return ValidationError({name.removesuffix("_key"): texts for name, texts in error.message_dict.items()})
