"""Sign-in with a passkey: as the step ``mfa``, and without username and password."""

from typing import Any

from allauth.account.internal import flows
from allauth.account.models import Login
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from .. import audit
from ..factors import passkeys
from ..factors.errors import IncorrectPasskey
from ..signin import limits
from ..signin.answers import TokenAnswer
from ..signin.apis import IN_BODY, refuse_token_in_body
from ..signin.client_key import ClientKeyField, digest
from ..signin.errors import TooManyAttempts
from .endpoints import FlowEndpoint
from .errors import NoFlow
from .flow import Flow
from .passkey_apis import CredentialSerializer, OptionsSerializer
from .second_factor import TRUST
from .steps import factor_used, lock_for_factor, second_factor_stage


class FactorOptionsApi(FlowEndpoint):
    """``POST /api/auth/flow/mfa/passkey/options/``."""

    @extend_schema(auth=[], request=None, responses=OptionsSerializer)
    def post(self, request: Request) -> Response:
        """Begin to use a passkey as second factor."""
        user = second_factor_stage(request._request).login.user
        return Response(passkeys.request_options(user), headers={"Cache-Control": "no-store"})


class FactorPasskeyApi(FlowEndpoint):
    """``POST /api/auth/flow/mfa/passkey/``."""

    class FactorPasskeySerializer(CredentialSerializer):
        """The browser's response."""

        trust_device = serializers.BooleanField(default=False, help_text=TRUST)
        include_token = serializers.BooleanField(default=False, help_text=IN_BODY)

    @extend_schema(auth=[], request=FactorPasskeySerializer, responses=TokenAnswer)
    def post(self, request: Request) -> Response:
        """Sign in with a passkey as second factor."""
        serializer = self.FactorPasskeySerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        refuse_token_in_body(request, serializer.validated_data)
        http = request._request
        user = second_factor_stage(http).login.user
        lock_for_factor(self.flow(request), user)
        try:
            used = passkeys.use(serializer.validated_data["credential"], user)
        except IncorrectPasskey as refusal:
            audit.record(audit.Event.SECOND_FACTOR_FAILED, user_id=user.pk, reason=refusal.reason)
            raise
        used.row.record_usage()
        factor_used(http, *used.methods)
        given = serializer.validated_data
        return self.next_step(request, include_token=given["include_token"], trust_device=given["trust_device"])


class PasskeySignInOptionsApi(FlowEndpoint):
    """``POST /api/auth/flow/passkey/options/``."""

    begins = True

    @extend_schema(auth=[], request=None, responses=OptionsSerializer)
    def post(self, request: Request) -> Response:
        """Begin a sign-in with a passkey, without username and password."""
        _count(self.flow(request))
        return Response(passkeys.request_options(None), headers={"Cache-Control": "no-store"})


class PasskeySignInApi(FlowEndpoint):
    """``POST /api/auth/flow/passkey/``."""

    class PasskeySignInSerializer(CredentialSerializer):
        """The browser's response."""

        remember_me = serializers.BooleanField(default=False)
        include_token = serializers.BooleanField(default=False, help_text=IN_BODY)
        client_key = ClientKeyField()

    @extend_schema(auth=[], request=PasskeySignInSerializer, responses=TokenAnswer)
    def post(self, request: Request) -> Response:
        """Sign in with a passkey that was added for this. It counts as two factors."""
        serializer = self.PasskeySignInSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        given, http, flow = serializer.validated_data, request._request, self.flow(request)
        refuse_token_in_body(request, given)
        _count(flow)
        if flow.has_proof:  # of another user, perhaps: their password would count for this session
            raise NoFlow
        used = self._use(given["credential"])
        user = used.row.user
        lock_for_factor(flow, user)
        used.row.record_usage()
        limits.record_sign_in(user, flow.client.network, now=flow.now)
        flow.keep(remember=given["remember_me"], client_key_digest=digest(given["client_key"]))
        flow.used(*used.methods)
        flows.login.perform_login(http, Login(user=user))
        return self.next_step(request, include_token=given["include_token"])

    def _use(self, credential: dict[str, Any]) -> passkeys.UsedPasskey:
        """Verify the passkey. Unknown, deactivated and other accounts get the same response."""
        try:
            used = passkeys.use(credential, None)
            if not used.signs_in or not used.row.user.is_active:
                raise IncorrectPasskey
        except IncorrectPasskey as refusal:
            audit.record(audit.Event.SIGN_IN_FAILED, reason=refusal.reason)
            raise
        return used


def _count(flow: Flow) -> None:
    """Count a request that anyone can send and that costs a row or a signature. Raises :class:`TooManyAttempts`."""
    wait = limits.record_request("passkey", limits.PASSKEYS, flow.client.network, now=flow.now)
    if wait:
        raise TooManyAttempts(wait, reason="passkey")
