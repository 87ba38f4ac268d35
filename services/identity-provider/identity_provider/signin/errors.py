"""Reasons for rejecting a sign-in request. ``vf_django`` returns each as problem+json with its ``code``."""

from rest_framework import status
from rest_framework.exceptions import APIException


class InvalidCredentials(APIException):
    """Returned for an unknown user, an incorrect password and a deactivated account alike."""

    status_code = status.HTTP_401_UNAUTHORIZED
    default_code = "invalid_credentials"
    default_detail = "Incorrect username or password."

    def __init__(self, reason: str) -> None:
        super().__init__()
        self.reason = reason
        """For the audit log only."""


class TooManyAttempts(APIException):
    """Sign-in failed too often for this name or network. ``wait`` becomes ``Retry-After``."""

    status_code = status.HTTP_429_TOO_MANY_REQUESTS
    default_code = "too_many_attempts"
    default_detail = "Too many failed sign-in attempts. Try again later."

    def __init__(self, wait: float, *, reason: str) -> None:
        super().__init__()
        self.wait = wait
        self.reason = reason
        """The limit that was reached, for the audit log only."""


class TooManySignIns(TooManyAttempts):
    """The password was correct, but the account has signed in too often from this network."""

    default_detail = "This account has signed in too often. Try again later."


class NoRefreshToken(APIException):
    """The request contains no usable refresh cookie."""

    status_code = status.HTTP_401_UNAUTHORIZED
    default_code = "refresh_token_missing"
    default_detail = "The request contains no refresh token. Sign in."


class RefreshRefused(APIException):
    """The refresh token is unknown, used, expired or revoked. Only the log shows which."""

    status_code = status.HTTP_401_UNAUTHORIZED
    default_code = "refresh_token_invalid"
    default_detail = "Your session has ended. Sign in again."


class ClientKeyMissing(RefreshRefused):
    """The token was just replaced, and the request lacks the client key that would permit its successor.

    The session continues. API clients get the response of any rejected refresh. Browsers are redirected to the sign-in
    page, which has the key.
    """


class TooManyRefreshes(APIException):
    """The session's refresh token was replaced too often. The session continues. ``wait`` becomes ``Retry-After``."""

    status_code = status.HTTP_429_TOO_MANY_REQUESTS
    default_code = "too_many_refreshes"
    default_detail = "This session was refreshed too often. You're still signed in. Try again in a moment."

    def __init__(self, wait: float) -> None:
        super().__init__()
        self.wait = wait


class PasswordTokensOff(APIException):
    """A program asked for an access token for a person's password, which only development gives."""

    status_code = status.HTTP_403_FORBIDDEN
    default_code = "password_tokens_off"
    default_detail = (
        "This platform gives no access token for a password. Create a personal access token or a service account, "
        "and exchange it at /api/auth/token/."
    )


class AmbiguousCredential(APIException):
    """Two cookies have the same name, so the session is ambiguous."""

    status_code = status.HTTP_400_BAD_REQUEST
    default_code = "invalid_request"
    default_detail = "The request contains two cookies with the same name. Delete the site's cookies and sign in again."

    def __init__(self, reason: str = default_code) -> None:
        super().__init__()
        self.reason = reason
        """For the audit log only."""


class CrossSiteRequest(APIException):
    """A page on another site made the browser send this request."""

    status_code = status.HTTP_403_FORBIDDEN
    default_code = "cross_site_request"
    default_detail = "The request came from another site."


class ImpersonationOff(APIException):
    """``VF_IMPERSONATION_LASTS`` is 0."""

    status_code = status.HTTP_403_FORBIDDEN
    default_code = "impersonation_off"
    default_detail = "On this platform, operators can't act as other users (VF_IMPERSONATION_LASTS)."


class ImpersonationRefused(APIException):
    """No one acts as this user."""

    status_code = status.HTTP_409_CONFLICT
    default_code = "impersonation_refused"

    def __init__(self, why: str) -> None:
        super().__init__(f"You can't act as this user. {why}")


class NotImpersonating(APIException):
    """The session is the user's own."""

    status_code = status.HTTP_409_CONFLICT
    default_code = "not_impersonating"
    default_detail = "In this session, no operator acts as another user. To end it, sign out."
