"""Reasons for rejecting a step of a flow. ``vf_django`` returns each as problem+json with its ``code``."""

from collections.abc import Sequence
from typing import Any

from rest_framework import status
from rest_framework.exceptions import APIException

from ..edge import IMPERSONATED, NotImpersonated


class StepRequired(APIException):
    """The step was successful, and the sign-in needs another one."""

    status_code = status.HTTP_401_UNAUTHORIZED
    default_code = "step_required"
    default_detail = "Sign-in needs another step."

    DETAILS = {
        "verify_email": "Enter the code that was sent to your email address.",
        "login_by_code": "Enter the code that was sent to your email address.",
        "mfa": "Use your second factor.",
    }

    def __init__(self, step: str, **members: Any) -> None:
        super().__init__(self.DETAILS.get(step, self.default_detail))
        self.members: dict[str, Any] = {"step": step, **members}


class NoFlow(APIException):
    """The flow cookie is missing, or its flow has ended or expired, or waits for another step."""

    status_code = status.HTTP_409_CONFLICT
    default_code = "flow_ended"
    default_detail = "This step is no longer valid. Start again."


class TooManyMails(APIException):
    """Too many emails were requested for this address or network. ``wait`` becomes ``Retry-After``."""

    status_code = status.HTTP_429_TOO_MANY_REQUESTS
    default_code = "too_many_emails"
    default_detail = "Too many emails were requested. Use the latest email, or try again later."

    def __init__(self, wait: float) -> None:
        super().__init__()
        self.wait = wait


class SignUpClosed(APIException):
    """``VF_SIGN_UP`` doesn't permit new accounts."""

    status_code = status.HTTP_403_FORBIDDEN
    default_code = "sign_up_closed"
    default_detail = "You can't create an account here. Ask an operator for one."


class Impersonated(APIException):
    """The request needs a proof of identity, which an operator who acts as the user can't give."""

    status_code = status.HTTP_403_FORBIDDEN
    default_code = NotImpersonated.code
    default_detail = IMPERSONATED


class ReauthenticationRequired(APIException):
    """The request needs a recent proof of identity. ``methods`` are those that this account has."""

    status_code = status.HTTP_403_FORBIDDEN
    default_code = "reauthentication_required"
    default_detail = "Confirm that it's you at /api/auth/account/reauthenticate/, then try again."

    def __init__(self, methods: Sequence[str]) -> None:
        super().__init__()
        self.members: dict[str, Any] = {"methods": list(methods)}
