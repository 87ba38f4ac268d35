"""Why a change of an account is refused."""

from rest_framework.exceptions import ValidationError


class WrongPassword(ValidationError):
    """The current password is not right. Not a 401: the request's own credential is good."""

    def __init__(self) -> None:
        super().__init__({"current_password": ["The current password is not right."]})
