"""Why a change of an account is refused."""

from rest_framework.exceptions import NotFound, ValidationError


class NoAccount(NotFound):
    """The edge vouches for a user that is not here: of another issuer, or deleted a moment ago."""

    default_detail = "No account exists for this user."


class WrongPassword(ValidationError):
    """The current password is not right. Not a 401: the request's own credential is good."""

    def __init__(self, reason: str) -> None:
        super().__init__({"current_password": ["The current password is not right."]})
        self.reason = reason
        """For the audit log only."""
