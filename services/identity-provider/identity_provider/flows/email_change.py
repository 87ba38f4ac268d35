"""``/api/auth/account/email/``: a user's email address, and its change."""

from typing import Any

from allauth.account.internal.flows.email_verification_by_code import EmailVerificationProcess
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from ..accounts import services
from ..accounts.addresses import add_verified_address
from ..accounts.names import MAX_EMAIL
from ..accounts.selectors import find_user
from .codes import CodeField, check_code
from .endpoints import AccountEndpoint
from .errors import NoFlow
from .flow import Flow
from .limits import record_mail


class EmailApi(AccountEndpoint):
    """``GET`` and ``POST /api/auth/account/email/``. A change needs a recent proof: the address resets the password."""

    proof_for = frozenset({"POST"})

    class AddressSerializer(serializers.Serializer[Any]):
        """The email address, and the one that waits for its code."""

        email = serializers.EmailField()
        pending = serializers.EmailField(allow_null=True)

    class NewAddressSerializer(serializers.Serializer[Any]):
        """The new address."""

        email = serializers.EmailField(max_length=MAX_EMAIL)

    @extend_schema(responses=AddressSerializer)
    def get(self, request: Request) -> Response:
        """Return your email address, and the one that you are changing to."""
        process = EmailVerificationProcess.resume(request._request)
        return Response({"email": self.session.user.email, "pending": process.email if process else None})

    @extend_schema(request=NewAddressSerializer, responses={202: OpenApiResponse(description="Enter the code next.")})
    def post(self, request: Request) -> Response:
        """Request a code at a new email address. The current one stays valid until you enter the code."""
        serializer = self.NewAddressSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        new, user, flow = serializer.validated_data["email"], self.session.user, Flow.of(request._request)
        record_mail(new, flow.client.network, now=flow.now)
        services.check_new_email(user, new)
        add_verified_address(user)
        taken = find_user(new)
        EmailVerificationProcess.initiate(
            request=request._request, user=user if taken is None or taken.pk == user.pk else None, email=new
        )
        return Response(status=202)


class EmailVerifyApi(AccountEndpoint):
    """``POST /api/auth/account/email/verify/``."""

    class EmailCodeSerializer(serializers.Serializer[Any]):
        """The code."""

        code = CodeField()

    @extend_schema(request=EmailCodeSerializer, responses=EmailApi.AddressSerializer)
    def post(self, request: Request) -> Response:
        """Change your email address. Both addresses get an email, and new access tokens contain the new one."""
        serializer = self.EmailCodeSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        process = EmailVerificationProcess.resume(request._request)
        if process is None:
            raise NoFlow
        check_code(process, serializer.validated_data["code"])
        taken = find_user(process.email)
        owner = process.user
        if owner is None or owner.pk != self.session.user_id or (taken is not None and taken.pk != owner.pk):
            process.abort()
            raise NoFlow
        if process.finish() is None:
            raise NoFlow
        return Response({"email": process.email, "pending": None})
