"""Endpoints for a new password with a code from an email."""

from typing import Any

from allauth.account.internal.flows.password_reset_by_code import PasswordResetVerificationProcess
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError as DjangoValidationError
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from ..accounts.hashing import canonical
from ..accounts.services import replace_password
from .claims import end_claims
from .codes import CodeField, check_address, check_code
from .endpoints import FlowEndpoint
from .errors import NoFlow
from .recipients import EmailSerializer, Recipient, StepSerializer


class PasswordRequestApi(FlowEndpoint):
    """``POST /api/auth/flow/password/request/``."""

    begins = True

    @extend_schema(auth=[], request=EmailSerializer, responses={202: StepSerializer})
    def post(self, request: Request) -> Response:
        """Request a code for a new password. The response is the same whether or not the account exists."""
        recipient = Recipient.of(request)
        PasswordResetVerificationProcess.initiate(request=request._request, user=recipient.user, email=recipient.email)
        return Response({"step": "reset_password"}, status=202)


class PasswordResetApi(FlowEndpoint):
    """``POST /api/auth/flow/password/reset/``."""

    class PasswordResetSerializer(serializers.Serializer[Any]):
        """The code and the new password."""

        code = CodeField()
        new_password = serializers.CharField(max_length=1024, trim_whitespace=False)

    @extend_schema(
        auth=[], request=PasswordResetSerializer, responses={204: OpenApiResponse(description="Changed. Sign in.")}
    )
    def post(self, request: Request) -> Response:
        """Set a new password and end all your sessions. After three incorrect codes, start again."""
        serializer = self.PasswordResetSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        given = serializer.validated_data
        process = PasswordResetVerificationProcess.resume(request._request)
        if process is None:
            raise NoFlow
        check_code(process, given["code"])
        check_address(process)
        user = process.user
        if user is None or not user.is_active:
            process.abort()
            raise NoFlow
        try:
            validate_password(canonical(given["new_password"]), user)
        except DjangoValidationError as error:
            raise serializers.ValidationError({"new_password": error.messages}) from error
        replace_password(user_id=user.pk, new=given["new_password"], now=self.flow(request).now)
        end_claims(user, also_password=False)  # the password is the owner's now
        process.confirm_code()
        process.finish()
        return Response(status=204)
