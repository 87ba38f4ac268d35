"""URL patterns of the identity provider."""

from django.urls import URLPattern, URLResolver, path

from vf_django.urls import internal_urlpatterns
from vf_service import openapi

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
from .operators.event_apis import AuditExportApi, AuditListApi
from .operators.impersonation_apis import StopImpersonationApi, UserImpersonateApi
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

_REAUTHENTICATE = "api/auth/account/reauthenticate/"

public_urlpatterns = [
    path("api/auth/login/", LoginApi.as_view(), name="login"),
    path("api/auth/logout/", LogoutApi.as_view(), name="logout"),
    path("api/auth/flow/sign-up/", SignUpApi.as_view(), name="sign-up"),
    path("api/auth/flow/email/verify/", VerifyEmailApi.as_view(), name="verify-email"),
    path("api/auth/flow/email/resend/", ResendEmailApi.as_view(), name="resend-email"),
    path("api/auth/flow/password/request/", PasswordRequestApi.as_view(), name="password-request"),
    path("api/auth/flow/password/reset/", PasswordResetApi.as_view(), name="password-reset"),
    path("api/auth/flow/code/request/", CodeRequestApi.as_view(), name="code-request"),
    path("api/auth/flow/code/confirm/", CodeConfirmApi.as_view(), name="code-confirm"),
    path("api/auth/providers/", ProviderListApi.as_view(), name="providers"),
    path("api/auth/flow/provider/<str:provider_id>/", ProviderBeginApi.as_view(), name="provider-begin"),
    path("api/auth/flow/provider/<str:provider_id>/callback/", ProviderCallbackApi.as_view(), name="provider-callback"),
    path("api/auth/flow/mfa/", SecondFactorApi.as_view(), name="second-factor"),
    path("api/auth/flow/mfa/passkey/options/", FactorOptionsApi.as_view(), name="second-factor-options"),
    path("api/auth/flow/mfa/passkey/", FactorPasskeyApi.as_view(), name="second-factor-passkey"),
    path("api/auth/flow/passkey/options/", PasskeySignInOptionsApi.as_view(), name="passkey-sign-in-options"),
    path("api/auth/flow/passkey/", PasskeySignInApi.as_view(), name="passkey-sign-in"),
    path("api/auth/refresh/", RefreshApi.as_view(), name="refresh"),
    path("api/auth/continue/", continue_, name="continue"),
    path("api/auth/token/", TokenEndpoint.as_view(), name="token"),
    path(".well-known/oauth-authorization-server", server_metadata, name="server-metadata"),
    path(".well-known/jwks.json", key_set, name="key-set"),
    path("api/schema/", openapi.schema, name="schema"),
    path("api/docs/", api_docs, name="docs"),
    path("api/mails/", mails, name="mails"),
]
protected_urlpatterns = [
    path("api/", IndexApi.as_view(), name="index"),
    path("api/profile/", ProfileApi.as_view(), name="profile"),
    path("api/auth/password/", PasswordApi.as_view(), name="password"),
    path("api/auth/account/email/", EmailApi.as_view(), name="account-email"),
    path("api/auth/account/email/verify/", EmailVerifyApi.as_view(), name="account-email-verify"),
    path("api/auth/account/export/", ExportApi.as_view(), name="account-export"),
    path("api/auth/account/close/", CloseApi.as_view(), name="account-close"),
    path("api/auth/account/providers/", ConnectionListApi.as_view(), name="connections"),
    path("api/auth/account/providers/<str:provider_id>/", ConnectionApi.as_view(), name="connection"),
    path(
        "api/auth/account/providers/<str:provider_id>/callback/",
        ConnectionCallbackApi.as_view(),
        name="connection-callback",
    ),
    path(_REAUTHENTICATE, ReauthenticateApi.as_view(), name="reauthenticate"),
    path("api/auth/account/factors/", FactorsApi.as_view(), name="factors"),
    path("api/auth/account/totp/setup/", TotpSetupApi.as_view(), name="totp-setup"),
    path("api/auth/account/totp/", TotpApi.as_view(), name="totp"),
    path("api/auth/account/trusted-devices/", TrustedDevicesApi.as_view(), name="trusted-devices"),
    path("api/auth/account/recovery-codes/", RecoveryCodesApi.as_view(), name="recovery-codes"),
    path("api/auth/account/passkeys/options/", PasskeyOptionsApi.as_view(), name="passkey-options"),
    path("api/auth/account/passkeys/", PasskeyListApi.as_view(), name="passkeys"),
    path("api/auth/account/passkeys/<str:passkey_id>/", PasskeyApi.as_view(), name="passkey"),
    path(f"{_REAUTHENTICATE}passkey/options/", ReauthenticateOptionsApi.as_view(), name="reauthenticate-options"),
    path(f"{_REAUTHENTICATE}passkey/", ReauthenticatePasskeyApi.as_view(), name="reauthenticate-passkey"),
    path("api/auth/events/", EventListApi.as_view(), name="events"),
    path("api/auth/audit/", AuditListApi.as_view(), name="audit"),
    path("api/auth/audit/export/", AuditExportApi.as_view(), name="audit-export"),
    path("api/auth/roles/", operators.RoleListApi.as_view(), name="roles"),
    path("api/auth/users/", operators.UserListApi.as_view(), name="users"),
    path("api/auth/users/invite/", operators.UserInviteApi.as_view(), name="user-invite"),
    path("api/auth/users/<str:user_id>/", operators.UserApi.as_view(), name="user"),
    path("api/auth/users/<str:user_id>/roles/", operators.UserRolesApi.as_view(), name="user-roles"),
    path("api/auth/users/<str:user_id>/lock/", operators.UserLockApi.as_view(), name="user-lock"),
    path("api/auth/users/<str:user_id>/unlock/", operators.UserUnlockApi.as_view(), name="user-unlock"),
    path("api/auth/users/<str:user_id>/sign-out/", operators.UserSignOutApi.as_view(), name="user-sign-out"),
    path("api/auth/users/<str:user_id>/reset-limits/", operators.UserLimitsApi.as_view(), name="user-limits"),
    path("api/auth/users/<str:user_id>/reset-factors/", operators.UserFactorsApi.as_view(), name="user-factors"),
    path("api/auth/users/<str:user_id>/impersonate/", UserImpersonateApi.as_view(), name="user-impersonate"),
    path("api/auth/impersonation/stop/", StopImpersonationApi.as_view(), name="impersonation-stop"),
    path("api/auth/tokens/", TokenListApi.as_view(), name="tokens"),
    path("api/auth/tokens/<str:token_id>/", TokenApi.as_view(), name="personal-token"),
    path("api/auth/sessions/", SessionListApi.as_view(), name="sessions"),
    path("api/auth/sessions/revoke-all/", RevokeAllApi.as_view(), name="revoke-all"),
    path("api/auth/sessions/revoke-others/", RevokeOthersApi.as_view(), name="revoke-others"),
    path("api/auth/sessions/<str:session_id>/", SessionApi.as_view(), name="session"),
]
urlpatterns: list[URLPattern | URLResolver] = [*internal_urlpatterns, *public_urlpatterns, *protected_urlpatterns]

handler400 = "vf_django.problems.bad_request"
handler403 = "vf_django.problems.permission_denied"
handler404 = "vf_django.problems.not_found"
handler500 = "vf_django.problems.server_error"
