"""Endpoints for a user's own factors, except passkeys (:mod:`.passkey_apis`)."""

import base64
from typing import Any

from allauth.mfa.adapter import get_adapter
from allauth.mfa.totp.internal.auth import SECRET_SESSION_KEY, get_totp_secret, validate_totp_code
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from .. import audit
from ..factors import services
from ..factors.errors import IncorrectCode, NoSetup
from ..factors.selectors import RECOVERY_CODES, TOTP, Factors, is_required
from ..signin.authentication import ONE_TIME_CODE, SEVERAL
from ..signin.services import revoke_tokens
from .endpoints import AccountEndpoint
from .flow import Flow
from .reauthentication import prove_again

CHANGES = frozenset({"POST", "PATCH", "DELETE"})


class PasskeySerializer(serializers.Serializer[Any]):
    """A passkey."""

    id = serializers.CharField()
    name = serializers.CharField(source="data.name")
    created_at = serializers.DateTimeField()
    last_used_at = serializers.DateTimeField(allow_null=True)
    signs_in = serializers.BooleanField(
        source="data.signs_in", help_text="True if it signs in without username and password."
    )


class RecoveryCodesSerializer(serializers.Serializer[Any]):
    """New recovery codes, which are never shown again."""

    recovery_codes = serializers.ListField(child=serializers.CharField(), required=False)


class FactorsApi(AccountEndpoint):
    """``GET /api/auth/account/factors/``."""

    class FactorsSerializer(serializers.Serializer[Any]):
        """All factors."""

        class AppSerializer(serializers.Serializer[Any]):
            """The authenticator app."""

            created_at = serializers.DateTimeField()
            last_used_at = serializers.DateTimeField(allow_null=True)

        class LeftSerializer(serializers.Serializer[Any]):
            """The recovery codes."""

            left = serializers.IntegerField(help_text="Codes that were not used yet.")
            created_at = serializers.DateTimeField()

        totp = AppSerializer(allow_null=True)
        recovery_codes = LeftSerializer(allow_null=True)
        passkeys = PasskeySerializer(many=True)
        required = serializers.BooleanField(  # type: ignore[assignment]  # DRF takes fields out of the class
            help_text="True if a role of yours requires a second factor."
        )

    @extend_schema(responses=FactorsSerializer)
    def get(self, request: Request) -> Response:
        """List your authenticator app, passkeys and the number of recovery codes."""
        factors = Factors.of(self.session.user_id)
        codes = factors.only(RECOVERY_CODES)
        body = {
            "totp": factors.only(TOTP),
            "recovery_codes": codes and {"left": len(codes.wrap().get_unused_codes()), "created_at": codes.created_at},
            "passkeys": factors.passkeys,
            "required": is_required(self.session.user),
        }
        return Response(self.FactorsSerializer(body).data, headers={"Cache-Control": "no-store"})


class TotpSetupApi(AccountEndpoint):
    """``POST /api/auth/account/totp/setup/``."""

    proof_for = CHANGES

    class SetupSerializer(serializers.Serializer[Any]):
        """What an authenticator app needs."""

        secret = serializers.CharField(help_text="To type, in Base32.")
        uri = serializers.CharField(help_text="To open in an app: otpauth://…")
        qr_code = serializers.CharField(help_text="To scan: an SVG image as a data URL.")

    @extend_schema(request=None, responses=SetupSerializer)
    def post(self, request: Request) -> Response:
        """Begin to set up an authenticator app. Confirm it with a code at `/api/auth/account/totp/`."""
        secret = get_totp_secret(regenerate=True)
        uri = get_adapter().build_totp_url(self.session.user, secret)
        image = base64.b64encode(get_adapter().build_totp_svg(uri).encode()).decode("ascii")
        body = {"secret": secret, "uri": uri, "qr_code": f"data:image/svg+xml;base64,{image}"}
        return Response(body, headers={"Cache-Control": "no-store"})


class TotpApi(AccountEndpoint):
    """``/api/auth/account/totp/``."""

    proof_for = CHANGES

    class AppCodeSerializer(serializers.Serializer[Any]):
        """A code that the app shows."""

        code = serializers.CharField(max_length=40)

    @extend_schema(request=AppCodeSerializer, responses={201: RecoveryCodesSerializer})
    def post(self, request: Request) -> Response:
        """Finish the setup of an authenticator app, which replaces the previous one.

        Returns recovery codes if this is your first factor.
        """
        serializer = self.AppCodeSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        flow, code = Flow.of(request._request), serializer.validated_data["code"]
        secret = flow.state.get(SECRET_SESSION_KEY)
        if secret is None:
            raise NoSetup
        if not validate_totp_code(secret, code):
            raise IncorrectCode
        del flow.state[SECRET_SESSION_KEY]
        codes = services.set_authenticator_app(user_id=self.session.user_id, secret=secret, code=code)
        prove_again(self.session, [ONE_TIME_CODE, SEVERAL], flow)
        return created({}, codes)

    @extend_schema(responses={204: OpenApiResponse(description="Removed.")})
    def delete(self, request: Request) -> Response:
        """Remove your authenticator app. With your last factor, the recovery codes end too."""
        if not services.remove(user_id=self.session.user_id, kind=TOTP):
            raise NotFound
        return Response(status=204)


class RecoveryCodesApi(AccountEndpoint):
    """``POST /api/auth/account/recovery-codes/``."""

    proof_for = CHANGES

    @extend_schema(request=None, responses={201: RecoveryCodesSerializer})
    def post(self, request: Request) -> Response:
        """Create new recovery codes. The previous ones stop working. They are shown only now."""
        return created({}, services.renew_recovery_codes(user_id=self.session.user_id))


class TrustedDevicesApi(AccountEndpoint):
    """``DELETE /api/auth/account/trusted-devices/``. Needs no proof: it makes sign-in harder."""

    @extend_schema(responses={204: OpenApiResponse(description="Forgotten.")})
    def delete(self, request: Request) -> Response:
        """Ask for the second factor in all browsers again. Your sessions continue with new access tokens."""
        revoke_tokens(self.session.user_id)
        audit.record(audit.Event.TRUSTED_DEVICES_FORGOTTEN, user_id=self.session.user_id)
        return Response(status=204)


def created(body: dict[str, Any], codes: Any) -> Response:
    """Return 201, with recovery codes if there are new ones."""
    shown = {} if codes is None else {"recovery_codes": list(codes)}
    return Response({**body, **shown}, status=201, headers={"Cache-Control": "no-store"})
