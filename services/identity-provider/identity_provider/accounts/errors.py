"""Reasons for rejecting a change of an account."""

from rest_framework.exceptions import NotFound, ValidationError


class NoAccount(NotFound):
    """The verified user has no account here: it belongs to an external issuer, or was just deleted."""

    default_detail = "No account exists for this user."


class WrongPassword(ValidationError):
    """The current password is incorrect. Not a 401, because the request's own credential is valid."""

    def __init__(self, reason: str, *, field: str = "current_password") -> None:
        super().__init__({field: ["The current password is incorrect."]})
        self.reason = reason
        """For the audit log only."""


class InvalidFields(ValidationError):
    """Fields that the serializer accepted and the account can't have."""
