"""Reasons why a sign-in with another provider fails."""

from rest_framework import status
from rest_framework.exceptions import APIException


class ProviderRefused(APIException):
    """The provider's response can't be used. ``reason`` is for the log."""

    status_code = status.HTTP_401_UNAUTHORIZED
    default_code = "provider_refused"
    default_detail = "Sign-in with the other provider was not completed. Try again."

    def __init__(self, reason: str) -> None:
        super().__init__()
        self.reason = reason


class ProviderUnavailable(APIException):
    """The provider doesn't respond, or not as a provider does. ``reason`` is for the log."""

    status_code = status.HTTP_503_SERVICE_UNAVAILABLE
    default_code = "provider_unavailable"
    default_detail = "The other provider is unavailable. Try again later, or sign in another way."
    wait = 30

    def __init__(self, reason: str) -> None:
        super().__init__()
        self.reason = reason


class EmailInUse(APIException):
    """The provider's user has no account here, and an account has the email address already.

    The two are not joined: the user signs in to the account first, and connects the provider there.
    """

    status_code = status.HTTP_409_CONFLICT
    default_code = "email_in_use"
    default_detail = "You already have an account. Sign in to it, then connect the provider in your security settings."


class EmailMissing(APIException):
    """The provider gave no usable email address."""

    status_code = status.HTTP_409_CONFLICT
    default_code = "email_missing"
    default_detail = "The provider shared no email address. Allow it there, or create an account with a password."


class ConnectedElsewhere(APIException):
    """The provider's user is connected to another account."""

    status_code = status.HTTP_409_CONFLICT
    default_code = "connected_elsewhere"
    default_detail = "This user of the provider is connected to another account."


class LastSignInMethod(APIException):
    """Without this connection, the user could not sign in anymore."""

    status_code = status.HTTP_409_CONFLICT
    default_code = "last_sign_in_method"
    default_detail = "Set a password first: without it, you could not sign in anymore."
