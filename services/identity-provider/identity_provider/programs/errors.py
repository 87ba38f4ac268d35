"""Reasons for rejecting a program's request."""

from rest_framework import status
from rest_framework.exceptions import APIException


class TooManyTokens(APIException):
    """The user has the maximum number of live personal access tokens."""

    status_code = status.HTTP_409_CONFLICT
    default_code = "too_many_tokens"
    default_detail = "You have 50 personal access tokens. Revoke one that you don't use, and try again."


class TooManyExchanges(APIException):
    """Too many exchanges of one credential, or too many wrong ones from one network. ``wait`` becomes
    ``Retry-After``.
    """

    status_code = status.HTTP_429_TOO_MANY_REQUESTS
    default_code = "too_many_exchanges"
    default_detail = "Too many requests for access tokens. Use each access token until it expires, and try again later."

    def __init__(self, wait: float, *, reason: str) -> None:
        super().__init__()
        self.wait = wait
        self.reason = reason
        """For the audit log only."""


class ExchangeRefused(Exception):
    """An error of RFC 6749 §5.2. ``reason`` and ``user_id`` are for the audit log only."""

    def __init__(self, error: str, description: str, *, reason: str, user_id: str | None = None) -> None:
        super().__init__(error)
        self.error = error
        self.description = description
        self.reason = reason
        self.user_id = user_id


def invalid_request(description: str, *, reason: str) -> ExchangeRefused:
    """Return the error for a malformed request."""
    return ExchangeRefused("invalid_request", description, reason=reason)


def invalid_client(reason: str, *, user_id: str | None = None) -> ExchangeRefused:
    """Return the one error for an unknown client, a wrong secret and a disabled account."""
    description = "The client ID or the client secret is incorrect, expired or revoked."
    return ExchangeRefused("invalid_client", description, reason=reason, user_id=user_id)


def invalid_token(reason: str, *, user_id: str | None = None) -> ExchangeRefused:
    """Return the one error for an unknown, expired or revoked token, and a deactivated user's."""
    description = "The personal access token is incorrect, expired or revoked."
    return ExchangeRefused("invalid_grant", description, reason=reason, user_id=user_id)


def invalid_scope(description: str, *, user_id: str) -> ExchangeRefused:
    """Return the error for a scope that the credential doesn't have."""
    return ExchangeRefused("invalid_scope", description, reason="invalid_scope", user_id=user_id)
