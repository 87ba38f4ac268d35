"""Why no token is minted."""

from rest_framework import status
from rest_framework.exceptions import APIException


class TokenTooLong(APIException):
    """The account has outgrown a cookie since it was changed last: by a setting, or by a way around the validation.

    A browser would drop the cookie without a word, and the user would be sent to sign in forever.
    """

    status_code = status.HTTP_403_FORBIDDEN
    default_code = "token_too_long"
    default_detail = (
        "Your account has more roles, or longer ones, than an access token can hold. "
        "Ask an operator to remove some of them."
    )

    def __init__(self, excess: int) -> None:
        super().__init__()
        self.excess = excess
        """Bytes."""
