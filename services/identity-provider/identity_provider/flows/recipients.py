"""The account that an email is requested for, treated alike whether or not it exists."""

from dataclasses import dataclass
from typing import Any, Self

from rest_framework import serializers
from rest_framework.request import Request

from ..accounts.models import User
from ..accounts.names import MAX_EMAIL
from ..accounts.selectors import find_user
from .flow import Flow
from .limits import record_mail


class EmailSerializer(serializers.Serializer[Any]):
    """An email address."""

    email = serializers.EmailField(max_length=MAX_EMAIL)


class StepSerializer(serializers.Serializer[Any]):
    """The step that comes next."""

    step = serializers.CharField()


@dataclass(frozen=True, slots=True)
class Recipient:
    """Who gets the email."""

    email: str
    """The stored address of the account: one that only looks alike never gets a code. Otherwise, the typed address."""
    user: User | None
    """The active account with this address."""

    @classmethod
    def of(cls, request: Request) -> Self:
        """Read the body and count the email. Raises :class:`TooManyMails`."""
        serializer = EmailSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        typed, flow = serializer.validated_data["email"], Flow.of(request._request)
        record_mail(typed, flow.client.network, now=flow.now)
        user = find_user(typed)
        if user is None or not user.is_active:
            return cls(typed, None)
        return cls(user.email, user)
