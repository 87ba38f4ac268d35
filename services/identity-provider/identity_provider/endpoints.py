"""The endpoints: the one table from which URL patterns, the index and the documents come.

A row has the route, the name, the view, who may use it, and what each method returns. The description of a method is
the first paragraph of its docstring. After a change, run ``manage.py write_endpoints``, which renews the table in
docs/identity-provider-api.md.
"""

import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, path
from rest_framework.views import APIView

from vf_service import openapi
from vf_service.endpoints import VERSIONED, both_forms

from .accounts.apis import PasswordApi, ProfileApi
from .api_docs import api_docs
from .events.apis import EventListApi
from .flows.account import CloseApi, ExportApi
from .flows.email_change import EmailApi, EmailVerifyApi
from .flows.factor_apis import FactorsApi, RecoveryCodesApi, TotpApi, TotpSetupApi, TrustedDevicesApi
from .flows.login import LoginApi
from .flows.passkey_apis import (
    PasskeyApi,
    PasskeyListApi,
    PasskeyOptionsApi,
    ReauthenticateOptionsApi,
    ReauthenticatePasskeyApi,
)
from .flows.passkey_sign_in import (
    FactorOptionsApi,
    FactorPasskeyApi,
    PasskeySignInApi,
    PasskeySignInOptionsApi,
)
from .flows.password_reset import PasswordRequestApi, PasswordResetApi
from .flows.reauthentication import ReauthenticateApi
from .flows.second_factor import SecondFactorApi
from .flows.sign_in_code import CodeConfirmApi, CodeRequestApi
from .flows.sign_up import SignUpApi
from .flows.verification import ResendEmailApi, VerifyEmailApi
from .index import IndexApi
from .mailing.catcher import mails
from .operators import apis as operators
from .operators.credential_apis import UserSessionApi, UserSessionListApi, UserTokenApi, UserTokenListApi
from .operators.event_apis import AuditExportApi, AuditKindsApi, AuditListApi
from .operators.impersonation_apis import StopImpersonationApi, UserImpersonateApi
from .operators.program_apis import ServiceAccountListApi
from .programs.apis import TokenApi, TokenListApi
from .programs.discovery import server_metadata
from .programs.token_endpoint import TokenEndpoint
from .providers.apis import (
    ConnectionApi,
    ConnectionCallbackApi,
    ConnectionListApi,
    ProviderBeginApi,
    ProviderCallbackApi,
    ProviderListApi,
)
from .signin.apis import LogoutApi, RefreshApi
from .signin.continuation import continue_
from .signin.session_apis import RevokeAllApi, RevokeOthersApi, SessionApi, SessionListApi
from .signing.apis import key_set

PUBLIC = "none"
SIGNED_IN = "access token (Authorization: Bearer) or the `jwt` cookie"
REFRESH_COOKIE = "refresh cookie"
OPERATOR = "access token or the `jwt` cookie, with the role operator"

WELL_KNOWN = ".well-known/"
"""Routes below this are fixed by RFC 8615: they have no version and no alias."""

View = type[APIView] | Callable[..., Any]


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One URL."""

    route: str
    """Below ``/api/v1/``, or ``.well-known/…``."""
    name: str
    view: View
    access: str
    returns: dict[str, str]
    """By method, in the order in which they are listed."""

    def path(self, form: str = VERSIONED) -> str:
        """Return the path in the form that the documents use, such as ``/api/v1/auth/tokens/<token_id>/``."""
        prefix = "" if self.route.startswith(WELL_KNOWN) else form
        return f"/{prefix}{self.route.replace('<str:', '<')}"

    def patterns(self) -> list[URLPattern | URLResolver]:
        """Return the URL patterns."""
        view: Callable[..., Any] = getattr(self.view, "as_view", lambda: self.view)()
        if self.route.startswith(WELL_KNOWN):
            return [path(self.route, view, name=self.name)]
        return both_forms(self.route, view, name=self.name)

    def description(self, method: str) -> str:
        """Return the first paragraph of the docstring of ``method``."""
        text = inspect.getdoc(getattr(self.view, method.lower()) if isinstance(self.view, type) else self.view) or ""
        return " ".join(text.partition("\n\n")[0].split()).replace("``", "`")


def described(form: str = VERSIONED) -> Iterator[dict[str, str]]:
    """Return each method of each endpoint, as the index and the documents list it, with the paths in this form."""
    for endpoint in ENDPOINTS:
        for method, returns in endpoint.returns.items():
            yield {
                "method": method,
                "path": endpoint.path(form),
                "description": endpoint.description(method),
                "authentication": endpoint.access,
                "returns": returns,
            }


def _at(route: str, name: str, view: View, access: str, **returns: str) -> Endpoint:
    return Endpoint(route, name, view, access, returns)


USER = "id, username, email, roles, expires_at, and the session cookies; also access_token if include_token is given"
FACTORS = "totp, recovery_codes, passkeys, required"
STEP = "401 step_required with the next step, or the same as a sign-in"
PROFILE = "id, username, email, roles, name, locale, time_zone, factor_required, timestamp"

ENDPOINTS: tuple[Endpoint, ...] = (
    _at("auth/login/", "login", LoginApi, PUBLIC, POST=USER),
    _at("auth/logout/", "logout", LogoutApi, PUBLIC, POST="204, cookies deleted"),
    _at("auth/flow/sign-up/", "sign-up", SignUpApi, PUBLIC, POST=STEP),
    _at("auth/flow/email/verify/", "verify-email", VerifyEmailApi, PUBLIC, POST=USER),
    _at("auth/flow/email/resend/", "resend-email", ResendEmailApi, PUBLIC, POST="202"),
    _at("auth/flow/password/request/", "password-request", PasswordRequestApi, PUBLIC, POST="202, step"),
    _at("auth/flow/password/reset/", "password-reset", PasswordResetApi, PUBLIC, POST="204"),
    _at("auth/flow/code/request/", "code-request", CodeRequestApi, PUBLIC, POST="202, step"),
    _at("auth/flow/code/confirm/", "code-confirm", CodeConfirmApi, PUBLIC, POST=USER),
    _at("auth/providers/", "providers", ProviderListApi, PUBLIC, GET="a list: id, name"),
    _at("auth/flow/provider/<str:provider_id>/", "provider-begin", ProviderBeginApi, PUBLIC, POST="url"),
    _at("auth/flow/provider/<str:provider_id>/callback/", "provider-callback", ProviderCallbackApi, PUBLIC, GET="302"),
    _at("auth/flow/mfa/", "second-factor", SecondFactorApi, PUBLIC, POST=USER),
    _at("auth/flow/mfa/passkey/options/", "second-factor-options", FactorOptionsApi, PUBLIC, POST="publicKey"),
    _at("auth/flow/mfa/passkey/", "second-factor-passkey", FactorPasskeyApi, PUBLIC, POST=USER),
    _at("auth/flow/passkey/options/", "passkey-sign-in-options", PasskeySignInOptionsApi, PUBLIC, POST="publicKey"),
    _at("auth/flow/passkey/", "passkey-sign-in", PasskeySignInApi, PUBLIC, POST=USER),
    _at("auth/refresh/", "refresh", RefreshApi, REFRESH_COOKIE, POST=USER),
    _at("auth/continue/", "continue", continue_, REFRESH_COOKIE, GET="302"),
    _at("auth/token/", "token", TokenEndpoint, PUBLIC, POST="access_token, token_type, expires_in, scope"),
    _at(
        ".well-known/oauth-authorization-server",
        "server-metadata",
        server_metadata,
        PUBLIC,
        GET="server metadata (RFC 8414)",
    ),
    _at(".well-known/jwks.json", "key-set", key_set, PUBLIC, GET="a JWK Set (RFC 7517)"),
    _at("schema/", "schema", openapi.schema, PUBLIC, GET="an OpenAPI document"),
    _at("docs/", "docs", api_docs, PUBLIC, GET="a page"),
    _at("mails/", "mails", mails, PUBLIC, GET="a page"),
    _at("", "index", IndexApi, SIGNED_IN, GET="endpoints"),
    _at("profile/", "profile", ProfileApi, SIGNED_IN, GET=PROFILE, PATCH="the profile"),
    _at("auth/password/", "password", PasswordApi, SIGNED_IN, POST="204"),
    _at("auth/account/email/", "account-email", EmailApi, SIGNED_IN, GET="email, pending", POST="202"),
    _at("auth/account/email/verify/", "account-email-verify", EmailVerifyApi, SIGNED_IN, POST="email, pending"),
    _at("auth/account/export/", "account-export", ExportApi, SIGNED_IN, GET="a JSON document"),
    _at("auth/account/close/", "account-close", CloseApi, SIGNED_IN, POST="deleted_at"),
    _at("auth/account/providers/", "connections", ConnectionListApi, SIGNED_IN, GET="a list"),
    _at("auth/account/providers/<str:provider_id>/", "connection", ConnectionApi, SIGNED_IN, POST="url", DELETE="204"),
    _at(
        "auth/account/providers/<str:provider_id>/callback/",
        "connection-callback",
        ConnectionCallbackApi,
        SIGNED_IN,
        GET="302",
    ),
    _at("auth/account/reauthenticate/", "reauthenticate", ReauthenticateApi, SIGNED_IN, POST="204"),
    _at("auth/account/factors/", "factors", FactorsApi, SIGNED_IN, GET=FACTORS),
    _at("auth/account/totp/setup/", "totp-setup", TotpSetupApi, SIGNED_IN, POST="secret, uri, qr_code"),
    _at("auth/account/totp/", "totp", TotpApi, SIGNED_IN, POST="recovery_codes, if new", DELETE="204"),
    _at("auth/account/trusted-devices/", "trusted-devices", TrustedDevicesApi, SIGNED_IN, DELETE="204"),
    _at("auth/account/recovery-codes/", "recovery-codes", RecoveryCodesApi, SIGNED_IN, POST="recovery_codes"),
    _at("auth/account/passkeys/options/", "passkey-options", PasskeyOptionsApi, SIGNED_IN, POST="publicKey"),
    _at("auth/account/passkeys/", "passkeys", PasskeyListApi, SIGNED_IN, POST="a passkey; recovery_codes, if new"),
    _at("auth/account/passkeys/<str:passkey_id>/", "passkey", PasskeyApi, SIGNED_IN, PATCH="a passkey", DELETE="204"),
    _at(
        "auth/account/reauthenticate/passkey/options/",
        "reauthenticate-options",
        ReauthenticateOptionsApi,
        SIGNED_IN,
        POST="publicKey",
    ),
    _at(
        "auth/account/reauthenticate/passkey/",
        "reauthenticate-passkey",
        ReauthenticatePasskeyApi,
        SIGNED_IN,
        POST="204",
    ),
    _at("auth/events/", "events", EventListApi, SIGNED_IN, GET="a page of events"),
    _at("auth/audit/", "audit", AuditListApi, OPERATOR, GET="a page of events"),
    _at("auth/audit/export/", "audit-export", AuditExportApi, OPERATOR, GET="JSON Lines"),
    _at("auth/audit/kinds/", "audit-kinds", AuditKindsApi, OPERATOR, GET="a list of names"),
    _at("auth/roles/", "roles", operators.RoleListApi, OPERATOR, GET="a list of roles"),
    _at("auth/users/", "users", operators.UserListApi, OPERATOR, GET="a page of accounts", POST="an account"),
    _at("auth/users/invite/", "user-invite", operators.UserInviteApi, OPERATOR, POST="link, sent"),
    _at("auth/users/<str:user_id>/", "user", operators.UserApi, OPERATOR, GET="an account with figures", DELETE="204"),
    _at("auth/users/<str:user_id>/roles/", "user-roles", operators.UserRolesApi, OPERATOR, PUT="an account"),
    _at("auth/users/<str:user_id>/lock/", "user-lock", operators.UserLockApi, OPERATOR, POST="an account"),
    _at("auth/users/<str:user_id>/unlock/", "user-unlock", operators.UserUnlockApi, OPERATOR, POST="an account"),
    _at(
        "auth/users/<str:user_id>/sign-out/",
        "user-sign-out",
        operators.UserSignOutApi,
        OPERATOR,
        POST="revoked_sessions",
    ),
    _at("auth/users/<str:user_id>/reset-limits/", "user-limits", operators.UserLimitsApi, OPERATOR, POST="204"),
    _at("auth/users/<str:user_id>/reset-factors/", "user-factors", operators.UserFactorsApi, OPERATOR, POST="204"),
    _at("auth/users/<str:user_id>/sessions/", "user-sessions", UserSessionListApi, OPERATOR, GET="a list of sessions"),
    _at("auth/users/<str:user_id>/sessions/<str:session_id>/", "user-session", UserSessionApi, OPERATOR, DELETE="204"),
    _at("auth/users/<str:user_id>/tokens/", "user-tokens", UserTokenListApi, OPERATOR, GET="a list of tokens"),
    _at("auth/users/<str:user_id>/tokens/<str:token_id>/", "user-token", UserTokenApi, OPERATOR, DELETE="204"),
    _at(
        "auth/service-accounts/",
        "service-accounts",
        ServiceAccountListApi,
        OPERATOR,
        GET="a page of service accounts",
    ),
    _at("auth/users/<str:user_id>/impersonate/", "user-impersonate", UserImpersonateApi, OPERATOR, POST="the user"),
    _at("auth/impersonation/stop/", "impersonation-stop", StopImpersonationApi, SIGNED_IN, POST="204"),
    _at("auth/tokens/", "tokens", TokenListApi, SIGNED_IN, GET="a list of tokens", POST="a token, its secret once"),
    _at("auth/tokens/<str:token_id>/", "personal-token", TokenApi, SIGNED_IN, DELETE="204"),
    _at("auth/sessions/", "sessions", SessionListApi, SIGNED_IN, GET="a list of sessions"),
    _at("auth/sessions/revoke-others/", "revoke-others", RevokeOthersApi, SIGNED_IN, POST="revoked_sessions"),
    _at("auth/sessions/revoke-all/", "revoke-all", RevokeAllApi, SIGNED_IN, POST="revoked_sessions"),
    _at("auth/sessions/<str:session_id>/", "session", SessionApi, SIGNED_IN, DELETE="204"),
)
