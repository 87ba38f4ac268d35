"""``GET /api/``: the list of endpoints. A test compares it with the URL patterns."""

from dataclasses import asdict, dataclass
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

NOTHING = "none"
SIGNED_IN = "access token (Authorization: Bearer) or the `jwt` cookie"
REFRESH_COOKIE = "refresh cookie"
OPERATOR = "access token or the `jwt` cookie, with the role operator"


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One method of one URL."""

    method: str
    path: str
    description: str
    authentication: str
    returns: str


USER = "id, username, email, roles, expires_at, and the session cookies; also access_token if include_token is given"
FACTORS = "totp, recovery_codes, passkeys, required"
STEP = "401 step_required with the next step, or the same as a sign-in"

ENDPOINTS = (
    Endpoint("GET", "/api/", "This list.", SIGNED_IN, "endpoints"),
    Endpoint(
        "GET",
        "/api/profile/",
        "The signed-in user.",
        SIGNED_IN,
        "id, username, email, roles, name, locale, time_zone, factor_required, timestamp",
    ),
    Endpoint("POST", "/api/auth/login/", "Sign in with username or email, password, remember_me.", NOTHING, USER),
    Endpoint("POST", "/api/auth/refresh/", "Renew the access token.", REFRESH_COOKIE, USER),
    Endpoint("POST", "/api/auth/logout/", "Sign out; works without a valid token.", NOTHING, "204, cookies deleted"),
    Endpoint(
        "GET",
        "/api/auth/continue/",
        "For page loads: renew the session cookies and redirect to ?next=, or to the sign-in page.",
        REFRESH_COOKIE,
        "302",
    ),
    Endpoint("PATCH", "/api/profile/", "Change your name, locale or time_zone.", SIGNED_IN, "the profile"),
    Endpoint("POST", "/api/auth/flow/sign-up/", "Create an account.", NOTHING, STEP),
    Endpoint("POST", "/api/auth/flow/email/verify/", "Verify the email address with a code.", NOTHING, USER),
    Endpoint("POST", "/api/auth/flow/email/resend/", "Send another code.", NOTHING, "202"),
    Endpoint("POST", "/api/auth/flow/password/request/", "Request a code for a new password.", NOTHING, "202, step"),
    Endpoint("POST", "/api/auth/flow/password/reset/", "Set a new password with a code.", NOTHING, "204"),
    Endpoint("POST", "/api/auth/flow/code/request/", "Request a code to sign in.", NOTHING, "202, step"),
    Endpoint("POST", "/api/auth/flow/code/confirm/", "Sign in with a code.", NOTHING, USER),
    Endpoint("GET", "/api/auth/providers/", "Other providers that you can sign in with.", NOTHING, "a list: id, name"),
    Endpoint("POST", "/api/auth/flow/provider/<provider_id>/", "Sign in with another provider.", NOTHING, "url"),
    Endpoint("GET", "/api/auth/flow/provider/<provider_id>/callback/", "The provider leads here.", NOTHING, "302"),
    Endpoint("GET", "/api/auth/account/providers/", "Your connections to other providers.", SIGNED_IN, "a list"),
    Endpoint("POST", "/api/auth/account/providers/<provider_id>/", "Connect a provider.", SIGNED_IN, "url"),
    Endpoint("DELETE", "/api/auth/account/providers/<provider_id>/", "Disconnect a provider.", SIGNED_IN, "204"),
    Endpoint(
        "GET", "/api/auth/account/providers/<provider_id>/callback/", "The provider leads here.", SIGNED_IN, "302"
    ),
    Endpoint("POST", "/api/auth/flow/mfa/", "Sign in with a code of a second factor.", NOTHING, USER),
    Endpoint("POST", "/api/auth/flow/mfa/passkey/options/", "Begin to use a passkey.", NOTHING, "publicKey"),
    Endpoint("POST", "/api/auth/flow/mfa/passkey/", "Sign in with a passkey as second factor.", NOTHING, USER),
    Endpoint("POST", "/api/auth/flow/passkey/options/", "Begin a sign-in with a passkey.", NOTHING, "publicKey"),
    Endpoint("POST", "/api/auth/flow/passkey/", "Sign in with a passkey alone.", NOTHING, USER),
    Endpoint("GET", "/api/auth/account/email/", "Your email address.", SIGNED_IN, "email, pending"),
    Endpoint("POST", "/api/auth/account/email/", "Request a code at a new email address.", SIGNED_IN, "202"),
    Endpoint("POST", "/api/auth/account/email/verify/", "Change the address with a code.", SIGNED_IN, "email, pending"),
    Endpoint("GET", "/api/auth/account/export/", "What is stored about you.", SIGNED_IN, "a JSON document"),
    Endpoint("POST", "/api/auth/account/close/", "Close your account.", SIGNED_IN, "deleted_at"),
    Endpoint("GET", "/api/auth/account/factors/", "Your second factors.", SIGNED_IN, FACTORS),
    Endpoint("POST", "/api/auth/account/totp/setup/", "Begin to set up an app.", SIGNED_IN, "secret, uri, qr_code"),
    Endpoint("POST", "/api/auth/account/totp/", "Confirm an app with a code.", SIGNED_IN, "recovery_codes, if new"),
    Endpoint("DELETE", "/api/auth/account/totp/", "Remove the authenticator app.", SIGNED_IN, "204"),
    Endpoint("POST", "/api/auth/account/recovery-codes/", "Replace recovery codes.", SIGNED_IN, "recovery_codes"),
    Endpoint("DELETE", "/api/auth/account/trusted-devices/", "Forget trusted browsers.", SIGNED_IN, "204"),
    Endpoint("POST", "/api/auth/account/reauthenticate/", "Confirm with password or code.", SIGNED_IN, "204"),
    Endpoint("POST", "/api/auth/account/passkeys/options/", "Begin to add a passkey.", SIGNED_IN, "publicKey"),
    Endpoint("POST", "/api/auth/account/passkeys/", "Add a passkey.", SIGNED_IN, "a passkey; recovery_codes, if new"),
    Endpoint("PATCH", "/api/auth/account/passkeys/<passkey_id>/", "Rename a passkey.", SIGNED_IN, "a passkey"),
    Endpoint("DELETE", "/api/auth/account/passkeys/<passkey_id>/", "Remove a passkey.", SIGNED_IN, "204"),
    Endpoint(
        "POST",
        "/api/auth/account/reauthenticate/passkey/options/",
        "Begin to confirm with a passkey.",
        SIGNED_IN,
        "publicKey",
    ),
    Endpoint("POST", "/api/auth/account/reauthenticate/passkey/", "Confirm with a passkey.", SIGNED_IN, "204"),
    Endpoint("POST", "/api/auth/password/", "Change your password and end your other sessions.", SIGNED_IN, "204"),
    Endpoint("GET", "/api/auth/events/", "List what happened to your account.", SIGNED_IN, "a page of events"),
    Endpoint("GET", "/api/auth/sessions/", "List your sessions.", SIGNED_IN, "a list of sessions"),
    Endpoint("DELETE", "/api/auth/sessions/<session_id>/", "End one of your sessions.", SIGNED_IN, "204"),
    Endpoint("POST", "/api/auth/sessions/revoke-others/", "Sign out everywhere else.", SIGNED_IN, "revoked_sessions"),
    Endpoint("POST", "/api/auth/sessions/revoke-all/", "Sign out everywhere.", SIGNED_IN, "revoked_sessions"),
    Endpoint("GET", "/api/auth/tokens/", "List your personal access tokens.", SIGNED_IN, "a list of tokens"),
    Endpoint(
        "POST",
        "/api/auth/tokens/",
        "Create one from name, scopes, expires_in_days.",
        SIGNED_IN,
        "a token, its secret once",
    ),
    Endpoint("DELETE", "/api/auth/tokens/<token_id>/", "Revoke one of your personal access tokens.", SIGNED_IN, "204"),
    Endpoint(
        "POST",
        "/api/auth/token/",
        "Exchange a personal access token or client credentials for an access token (RFC 6749, RFC 8693).",
        NOTHING,
        "access_token, token_type, expires_in, scope",
    ),
    Endpoint(
        "GET",
        "/.well-known/oauth-authorization-server",
        "What the token endpoint supports.",
        NOTHING,
        "server metadata (RFC 8414)",
    ),
    Endpoint("GET", "/api/auth/audit/", "List the events of all accounts.", OPERATOR, "a page of events"),
    Endpoint("GET", "/api/auth/audit/export/", "Export events, the oldest first.", OPERATOR, "JSON Lines"),
    Endpoint("GET", "/api/auth/roles/", "List the roles and what they permit.", OPERATOR, "a list of roles"),
    Endpoint("GET", "/api/auth/users/", "List accounts; ?search=, ?active=.", OPERATOR, "a page of accounts"),
    Endpoint("POST", "/api/auth/users/", "Create one from username, email, password, roles.", OPERATOR, "an account"),
    Endpoint("POST", "/api/auth/users/invite/", "Invite a person to create an account.", OPERATOR, "link, sent"),
    Endpoint("GET", "/api/auth/users/<user_id>/", "Show an account.", OPERATOR, "an account with figures"),
    Endpoint("DELETE", "/api/auth/users/<user_id>/", "Close an account for good.", OPERATOR, "204"),
    Endpoint("PUT", "/api/auth/users/<user_id>/roles/", "Replace a user's roles.", OPERATOR, "an account"),
    Endpoint("POST", "/api/auth/users/<user_id>/lock/", "Lock an account.", OPERATOR, "an account"),
    Endpoint("POST", "/api/auth/users/<user_id>/unlock/", "Unlock an account.", OPERATOR, "an account"),
    Endpoint("POST", "/api/auth/users/<user_id>/sign-out/", "Sign a user out.", OPERATOR, "revoked_sessions"),
    Endpoint("POST", "/api/auth/users/<user_id>/reset-limits/", "Forget failed sign-ins.", OPERATOR, "204"),
    Endpoint("POST", "/api/auth/users/<user_id>/reset-factors/", "Remove all second factors.", OPERATOR, "204"),
    Endpoint(
        "POST", "/api/auth/users/<user_id>/impersonate/", "Act as a user, for a stated reason.", OPERATOR, "the user"
    ),
    Endpoint("POST", "/api/auth/impersonation/stop/", "Stop acting as a user.", SIGNED_IN, "204"),
    Endpoint("GET", "/.well-known/jwks.json", "The keys that verify access tokens.", NOTHING, "a JWK Set (RFC 7517)"),
    Endpoint("GET", "/api/schema/", "This API as OpenAPI.", NOTHING, "an OpenAPI document"),
    Endpoint("GET", "/api/mails/", "Emails that were sent; in development only.", NOTHING, "a page"),
    Endpoint("GET", "/api/docs/", "API documentation in which you can send requests.", NOTHING, "a page"),
)


class IndexApi(APIView):
    """``GET /api/``, for programs too."""

    permission_classes = [IsAuthenticated]

    class IndexSerializer(serializers.Serializer[Any]):
        """All endpoints."""

        class EndpointSerializer(serializers.Serializer[Any]):
            """One endpoint."""

            method = serializers.CharField()
            path = serializers.CharField()
            description = serializers.CharField()
            authentication = serializers.CharField()
            returns = serializers.CharField()

        endpoints = EndpointSerializer(many=True)

    @extend_schema(responses=IndexSerializer)
    def get(self, request: Request) -> Response:
        """List every endpoint of this API."""
        return Response({"endpoints": [asdict(endpoint) for endpoint in ENDPOINTS]})
