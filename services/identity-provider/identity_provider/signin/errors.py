"""Why a sign-in request is refused; ``vf_django`` answers each as problem+json with its ``code``."""

from rest_framework import status
from rest_framework.exceptions import APIException


class InvalidCredentials(APIException):
    """The same for an unknown user, a wrong password and a deactivated account."""

    status_code = status.HTTP_401_UNAUTHORIZED
    default_code = "invalid_credentials"
    default_detail = "The user name or password is not right."

    def __init__(self, reason: str) -> None:
        super().__init__()
        self.reason = reason
        """For the audit log only."""


class TooManyAttempts(APIException):
    """Sign-in failed too often for this name or address. ``wait`` becomes ``Retry-After``."""

    status_code = status.HTTP_429_TOO_MANY_REQUESTS
    default_code = "too_many_attempts"
    default_detail = "Sign-in failed too often. Wait a while before the next attempt."

    def __init__(self, wait: float, *, reason: str) -> None:
        super().__init__()
        self.wait = wait
        self.reason = reason
        """Which limit, for the audit log only."""


class TooManySignIns(TooManyAttempts):
    """The password was right, but the account has signed in too often from this network."""

    default_detail = "This account has signed in too often. Wait a while before the next attempt."


class NoRefreshToken(APIException):
    """There is no refresh cookie, or nothing that could be one."""

    status_code = status.HTTP_401_UNAUTHORIZED
    default_code = "refresh_token_missing"
    default_detail = "There is no refresh token. Sign in."


class RefreshRefused(APIException):
    """The refresh token is unknown, used, expired or revoked: which of them, only the log tells."""

    status_code = status.HTTP_401_UNAUTHORIZED
    default_code = "refresh_token_invalid"
    default_detail = "The sign-in has ended. Sign in again."


class ClientKeyMissing(RefreshRefused):
    """The token has just been replaced, and the key of the client that may have the successor is not there.

    The session goes on. A client is answered as with any refusal; a browser is sent to the sign-in page, which has the
    key.
    """


class TooManyRefreshes(APIException):
    """The session's refresh token was replaced too often. The session goes on; ``wait`` becomes ``Retry-After``."""

    status_code = status.HTTP_429_TOO_MANY_REQUESTS
    default_code = "too_many_refreshes"
    default_detail = "This session was refreshed too often. You are still signed in. Try again shortly."

    def __init__(self, wait: float) -> None:
        super().__init__()
        self.wait = wait


class AmbiguousCredential(APIException):
    """Two cookies of one name: there is no telling whose session is meant."""

    status_code = status.HTTP_400_BAD_REQUEST
    default_code = "invalid_request"
    default_detail = "The request has two cookies of one name."

    def __init__(self, reason: str = default_code) -> None:
        super().__init__()
        self.reason = reason
        """For the audit log only."""


class CrossSiteRequest(APIException):
    """Another site made the browser send this request."""

    status_code = status.HTTP_403_FORBIDDEN
    default_code = "cross_site_request"
    default_detail = "This request came from another site."
