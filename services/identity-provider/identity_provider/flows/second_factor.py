"""The step ``mfa`` of a sign-in, with a code."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from .. import audit
from ..accounts.models import User
from ..factors.codes import use_code
from ..factors.errors import IncorrectCode
from ..factors.selectors import RECOVERY_CODES
from ..factors.services import recovery_code_used
from ..signin import limits
from ..signin.answers import TokenAnswer
from ..signin.apis import IN_BODY, refuse_token_in_body
from ..signin.authentication import ONE_TIME_CODE, SEVERAL
from ..signin.errors import TooManyAttempts
from ..signin.page_forms import PageForm
from .endpoints import FlowEndpoint
from .flow import Flow
from .steps import factor_used, lock_for_factor, second_factor_stage

CODE = "A code from the authenticator app, or a recovery code."

TRUST = "Don't ask for the second factor in this browser for a while, if the platform permits it."


class SecondFactorApi(PageForm, FlowEndpoint):
    """``POST /api/auth/flow/mfa/``."""

    page_step = {"step": "mfa", "methods": "totp,recovery_code"}

    class SecondFactorSerializer(serializers.Serializer[Any]):
        """The code."""

        code = serializers.CharField(max_length=40, help_text=CODE)
        trust_device = serializers.BooleanField(default=False, help_text=TRUST)
        include_token = serializers.BooleanField(default=False, help_text=IN_BODY)

    @extend_schema(auth=[], request=SecondFactorSerializer, responses=TokenAnswer)
    def post(self, request: Request) -> Response:
        """Sign in with a code from your authenticator app, or a recovery code."""
        serializer = self.SecondFactorSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        refuse_token_in_body(request, serializer.validated_data)
        http, flow = request._request, self.flow(request)
        user = second_factor_stage(http).login.user
        _use(user, serializer.validated_data["code"], flow)
        factor_used(http, ONE_TIME_CODE, SEVERAL)
        given = serializer.validated_data
        return self.next_step(request, include_token=given["include_token"], trust_device=given["trust_device"])


def _use(user: User, code: str, flow: Flow) -> None:
    """Use the code. Raises :class:`TooManyAttempts` or :class:`IncorrectCode`."""
    lock_for_factor(flow, user)
    since = flow.factors_of(user).since
    browser = flow.browser.mark_since(user, since) if since else None
    try:
        guess = limits.guess_second_factor(user, browser, now=flow.now)
    except TooManyAttempts as refusal:
        audit.record(audit.Event.SECOND_FACTOR_LIMITED, user_id=user.pk, reason=refusal.reason)
        raise
    kind = use_code(user.pk, code)
    if kind is None:
        audit.record(audit.Event.SECOND_FACTOR_FAILED, user_id=user.pk, reason="wrong_code")
        raise IncorrectCode
    limits.forget_guess(guess)
    if kind == RECOVERY_CODES:
        recovery_code_used(user)
