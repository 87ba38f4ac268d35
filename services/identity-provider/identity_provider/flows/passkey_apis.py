"""Endpoints for a user's own passkeys, and for reauthentication with one."""

from typing import Any

from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from ..factors import passkeys, services
from ..factors.errors import NoSetup
from ..factors.selectors import PASSKEY
from .endpoints import AccountEndpoint
from .factor_apis import CHANGES, PasskeySerializer, RecoveryCodesSerializer, created
from .flow import Flow
from .reauthentication import DONE, counting, prove_again

SIGNS_IN = "vf_passkey_signs_in"
MAX_NAME = 100
MOST_DIGITS = 19
"""A number with fewer digits fits in the database's column."""


class CredentialField(serializers.JSONField):
    """The browser's response, as ``PublicKeyCredential.toJSON()`` returns it."""

    def to_internal_value(self, data: Any) -> Any:
        """Accept an object only."""
        if not isinstance(data, dict):
            raise serializers.ValidationError("Send the browser's response as an object.")
        return data


class CredentialSerializer(serializers.Serializer[Any]):
    """The browser's response."""

    credential = CredentialField()


class OptionsSerializer(serializers.Serializer[Any]):
    """What to pass to the browser, through ``PublicKeyCredential.parse…OptionsFromJSON()``."""

    publicKey = serializers.JSONField()  # noqa: N815  WebAuthn's name


class PasskeyOptionsApi(AccountEndpoint):
    """``POST /api/auth/account/passkeys/options/``."""

    proof_for = CHANGES

    class PasskeyKindSerializer(serializers.Serializer[Any]):
        """The kind of passkey."""

        signs_in = serializers.BooleanField(
            default=True, help_text="False for a passkey that only confirms a sign-in with a password."
        )

    @extend_schema(request=PasskeyKindSerializer, responses=OptionsSerializer)
    def post(self, request: Request) -> Response:
        """Begin to add a passkey."""
        serializer = self.PasskeyKindSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        signs_in = serializer.validated_data["signs_in"]
        options = passkeys.creation_options(self.session.user, signs_in=signs_in)
        Flow.of(request._request).state[SIGNS_IN] = signs_in
        return Response(options, headers={"Cache-Control": "no-store"})


class PasskeyListApi(AccountEndpoint):
    """``POST /api/auth/account/passkeys/``."""

    proof_for = CHANGES

    class NewPasskeySerializer(CredentialSerializer):
        """The browser's response, and a name by which the user recognizes the device."""

        name = serializers.CharField(max_length=MAX_NAME)

    class AddedSerializer(PasskeySerializer, RecoveryCodesSerializer):
        """The passkey, and recovery codes if it is the first factor."""

    @extend_schema(request=NewPasskeySerializer, responses={201: AddedSerializer})
    def post(self, request: Request) -> Response:
        """Add a passkey. Returns recovery codes if this is your first factor."""
        serializer = self.NewPasskeySerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        flow, given = Flow.of(request._request), serializer.validated_data
        signs_in = flow.state.get(SIGNS_IN)
        if signs_in is None:
            raise NoSetup
        new = passkeys.verify_new(given["credential"], signs_in=signs_in)
        del flow.state[SIGNS_IN]
        passkey, codes = services.add_passkey(
            user_id=self.session.user_id, name=given["name"], credential=new.credential, signs_in=signs_in
        )
        prove_again(self.session, new.methods, flow)
        return created(dict(PasskeySerializer(passkey).data), codes)


class PasskeyApi(AccountEndpoint):
    """``/api/auth/account/passkeys/<id>/``."""

    proof_for = CHANGES

    class PasskeyNameSerializer(serializers.Serializer[Any]):
        """The new name."""

        name = serializers.CharField(max_length=MAX_NAME)

    @extend_schema(request=PasskeyNameSerializer, responses=PasskeySerializer)
    def patch(self, request: Request, passkey_id: str) -> Response:
        """Rename a passkey."""
        serializer = self.PasskeyNameSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        name = serializer.validated_data["name"]
        passkey = services.rename_passkey(user_id=self.session.user_id, passkey_id=_number(passkey_id), name=name)
        if passkey is None:
            raise NotFound
        return Response(PasskeySerializer(passkey).data)

    @extend_schema(responses={204: OpenApiResponse(description="Removed.")})
    def delete(self, request: Request, passkey_id: str) -> Response:
        """Remove a passkey. With your last factor, the recovery codes end too."""
        if not services.remove(user_id=self.session.user_id, kind=PASSKEY, factor_id=_number(passkey_id)):
            raise NotFound
        return Response(status=204)


def _number(passkey_id: str) -> int:
    if not (passkey_id.isascii() and passkey_id.isdecimal() and len(passkey_id) < MOST_DIGITS):
        raise NotFound
    return int(passkey_id)


class ReauthenticateOptionsApi(AccountEndpoint):
    """``POST /api/auth/account/reauthenticate/passkey/options/``."""

    @extend_schema(request=None, responses=OptionsSerializer)
    def post(self, request: Request) -> Response:
        """Begin to confirm with a passkey that it's you."""
        return Response(passkeys.request_options(self.session.user), headers={"Cache-Control": "no-store"})


class ReauthenticatePasskeyApi(AccountEndpoint):
    """``POST /api/auth/account/reauthenticate/passkey/``."""

    @extend_schema(request=CredentialSerializer, responses=DONE)
    def post(self, request: Request) -> Response:
        """Confirm with a passkey that it's you."""
        serializer = CredentialSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        flow = Flow.of(request._request)
        with counting(self.session, flow):
            used = passkeys.use(serializer.validated_data["credential"], self.session.user)
        used.row.record_usage()
        prove_again(self.session, used.methods, flow)
        return Response(status=204)
