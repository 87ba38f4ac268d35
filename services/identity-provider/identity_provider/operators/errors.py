"""Reasons for rejecting an operator's request."""

from rest_framework import status
from rest_framework.exceptions import APIException


class OwnAccount(APIException):
    """Operators can't lock themselves out by mistake."""

    status_code = status.HTTP_409_CONFLICT
    default_code = "own_account"
    default_detail = "You can't lock or close your own account, or remove your own role operator. Ask another operator."
