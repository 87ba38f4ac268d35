"""Endpoints for the code that verifies an email address during sign-up or sign-in."""

from typing import Any

from allauth.account.internal.flows.email_verification import login_on_verification
from allauth.account.internal.flows.email_verification_by_code import EmailVerificationProcess
from allauth.account.stages import EmailVerificationStage, LoginStageController
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from ..signin.answers import TokenAnswer
from ..signin.apis import IN_BODY, refuse_token_in_body
from ..signin.page_forms import PageForm
from .codes import CodeField, check_code
from .endpoints import FlowEndpoint
from .errors import NoFlow
from .flow import Flow
from .limits import record_mail


class VerifyEmailApi(PageForm, FlowEndpoint):
    """``POST /api/auth/flow/email/verify/``."""

    page_step = {"step": "verify_email"}

    class CodeSerializer(serializers.Serializer[Any]):
        """The code."""

        code = CodeField()
        include_token = serializers.BooleanField(default=False, help_text=IN_BODY)

    @extend_schema(auth=[], request=CodeSerializer, responses=TokenAnswer)
    def post(self, request: Request) -> Response:
        """Verify your email address and sign in. After three incorrect codes, start again."""
        serializer = self.CodeSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        refuse_token_in_body(request, serializer.validated_data)
        http = request._request
        process = _process(http)
        check_code(process, serializer.validated_data["code"])
        if process.user is None:  # a sign-up with an existing address: no email contained this code
            process.abort()
            raise NoFlow
        address = process.finish()
        if address is None:
            raise NoFlow
        login_on_verification(http, address)
        return self.next_step(request, include_token=serializer.validated_data["include_token"])


class ResendEmailApi(FlowEndpoint):
    """``POST /api/auth/flow/email/resend/``."""

    @extend_schema(auth=[], request=None, responses={202: OpenApiResponse(description="The email will arrive soon.")})
    def post(self, request: Request) -> Response:
        """Send another code. The previous one becomes invalid."""
        http = request._request
        process, flow = _process(http), Flow.of(http)
        record_mail(process.email, flow.client.network, now=flow.now)
        if not process.can_resend:
            raise NoFlow
        process.resend()
        return Response(status=202)


def _process(http: Any) -> EmailVerificationProcess:
    stage = LoginStageController.enter(http, EmailVerificationStage.key)
    process = EmailVerificationProcess.resume(http) if stage else None
    if process is None:
        raise NoFlow
    return process
