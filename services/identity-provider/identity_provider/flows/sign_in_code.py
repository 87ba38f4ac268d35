"""Endpoints for signing in with a code from an email, without the password."""

from typing import Any

from allauth.account.internal.flows.login_by_code import LoginCodeVerificationProcess
from allauth.account.stages import LoginByCodeStage, LoginStageController
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from ..signin import limits
from ..signin.answers import TokenAnswer
from ..signin.apis import IN_BODY, refuse_token_in_body
from ..signin.authentication import ONE_TIME_CODE
from .claims import end_claims
from .codes import CodeField, check_address, check_code
from .endpoints import FlowEndpoint
from .errors import NoFlow
from .recipients import EmailSerializer, Recipient, StepSerializer
from .steps import lock_for_factor


class CodeRequestApi(FlowEndpoint):
    """``POST /api/auth/flow/code/request/``."""

    begins = True

    class CodeRequestSerializer(EmailSerializer):
        """An email address."""

        remember_me = serializers.BooleanField(default=False)

    @extend_schema(auth=[], request=CodeRequestSerializer, responses={202: StepSerializer})
    def post(self, request: Request) -> Response:
        """Request a code to sign in. The response is the same whether or not the account exists."""
        serializer = self.CodeRequestSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        recipient = Recipient.of(request)
        self.flow(request).keep(
            remember=serializer.validated_data["remember_me"], client_key_digest="", method=ONE_TIME_CODE
        )
        LoginCodeVerificationProcess.initiate(request=request._request, user=recipient.user, email=recipient.email)
        return Response({"step": "login_by_code"}, status=202)


class CodeConfirmApi(FlowEndpoint):
    """``POST /api/auth/flow/code/confirm/``."""

    class CodeConfirmSerializer(serializers.Serializer[Any]):
        """The code."""

        code = CodeField()
        include_token = serializers.BooleanField(default=False, help_text=IN_BODY)

    @extend_schema(auth=[], request=CodeConfirmSerializer, responses=TokenAnswer)
    def post(self, request: Request) -> Response:
        """Sign in with the code. After three incorrect codes, start again."""
        serializer = self.CodeConfirmSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        refuse_token_in_body(request, serializer.validated_data)
        stage = LoginStageController.enter(request._request, LoginByCodeStage.key)
        process = LoginCodeVerificationProcess.resume(stage) if stage else None
        if process is None:
            raise NoFlow
        check_code(process, serializer.validated_data["code"])
        check_address(process)
        flow = self.flow(request)
        if process.user is not None:
            lock_for_factor(flow, process.user)
            end_claims(process.user, also_password=True)
            limits.record_sign_in(process.user, flow.client.network, now=flow.now)
        process.finish(None)
        return self.next_step(request, include_token=serializer.validated_data["include_token"])
