"""Reasons for not minting a token."""

from rest_framework import status
from rest_framework.exceptions import APIException


class TokenTooLong(APIException):
    """The token no longer fits in a cookie, because a setting or an unvalidated change made it longer.

    A browser would silently drop the cookie and redirect the user to the sign-in page forever.
    """

    status_code = status.HTTP_403_FORBIDDEN
    default_code = "token_too_long"
    default_detail = (
        "Your account has more roles, or longer ones, than an access token can contain. "
        "Ask an operator to remove some of them."
    )

    def __init__(self, excess: int) -> None:
        super().__init__()
        self.excess = excess
        """Bytes."""
