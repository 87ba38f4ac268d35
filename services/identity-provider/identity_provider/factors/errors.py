"""Reasons for rejecting a factor. ``vf_django`` returns each as problem+json with its ``code``."""

from rest_framework import status
from rest_framework.exceptions import APIException, ValidationError


class IncorrectCode(ValidationError):
    """The code is incorrect, or was used before."""

    reason = "wrong_code"
    """For the audit log."""

    def __init__(self) -> None:
        super().__init__({"code": ["Incorrect code. Each code works once."]})


class IncorrectPasskey(ValidationError):
    """The browser's response is malformed, or isn't of a passkey of this account, or was used before."""

    reason = "wrong_passkey"
    """For the audit log."""

    def __init__(self) -> None:
        super().__init__({"credential": ["This passkey wasn't accepted. Try again, or use another way to sign in."]})


class FactorRequired(APIException):
    """A role of the user requires a second factor, and this is the last one."""

    status_code = status.HTTP_409_CONFLICT
    default_code = "factor_required"
    default_detail = "Your role requires a second factor. Add another one before you remove this one."


class TooManyPasskeys(APIException):
    """The account has the maximum number of passkeys."""

    status_code = status.HTTP_409_CONFLICT
    default_code = "too_many_passkeys"
    default_detail = "Your account has the maximum number of passkeys. Remove one that you don't use."


class NoFactors(APIException):
    """Recovery codes replace a factor, and the account has none."""

    status_code = status.HTTP_409_CONFLICT
    default_code = "no_factors"
    default_detail = "Recovery codes need an authenticator app or a passkey. Add one first."


class NoSetup(APIException):
    """The setup of this factor wasn't begun in this session."""

    status_code = status.HTTP_409_CONFLICT
    default_code = "setup_ended"
    default_detail = "This setup is no longer valid. Start again."
