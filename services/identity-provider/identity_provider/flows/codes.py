"""Codes from emails, compared by allauth, which ignores letter case and dashes."""

from typing import Any

from allauth.account.internal.flows.code_verification import AbstractCodeVerificationProcess
from allauth.core.internal.cryptokit import compare_user_code
from rest_framework import serializers

from .errors import NoFlow

CODE = "The code from the email."


class CodeField(serializers.CharField):
    """A code that a user types."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"max_length": 40, "help_text": CODE, **options})


def check_address(process: AbstractCodeVerificationProcess) -> None:
    """Raise :class:`NoFlow` if the account has another address than the one that got the code."""
    if process.user is not None and process.user.email.lower() != process.state["email"].lower():
        process.abort()
        raise NoFlow


def check_code(process: AbstractCodeVerificationProcess, code: str) -> None:
    """Raise a validation error for an incorrect code, and count it. The third one ends the process."""
    if not compare_user_code(actual=code, expected=process.code):
        process.record_invalid_attempt()
        raise serializers.ValidationError({"code": ["Incorrect code."]})
