"""Queries for operators."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet, TextField
from django.db.models.functions import Cast

from vf_service.folding import fold

from .. import audit
from ..accounts.models import User
from ..accounts.names import email_key
from ..events.models import Event
from ..factors.selectors import Factors
from ..programs.selectors import live_tokens
from ..signin.limits import NAME_AND_NETWORK
from ..signin.selectors import live_sessions


@dataclass(frozen=True, slots=True)
class Overview:
    """A user with figures that need more queries."""

    user: User
    sessions: int
    """Live sessions."""
    personal_access_tokens: int
    """Valid ones."""
    factors: list[str]
    """The kinds of second factors."""
    last_sign_in_at: datetime | None
    """The newest sign-in that is still stored."""


def find_users(*, search: str = "", role: str = "", active: bool | None = None) -> QuerySet[User]:
    """Return users by ID, or by a part of the username or email address in any letter case, the newest first."""
    users = User.objects.order_by("-created_at", "pk")
    if search:
        users = users.filter(
            Q(username_key__contains=fold(search)) | Q(email_key__contains=email_key(search)) | Q(pk=search)
        )
    if role:  # as text, because SQLite can't search in JSON lists
        users = users.annotate(roles_text=Cast("roles", TextField())).filter(roles_text__contains=f'"{role}"')
    return users if active is None else users.filter(is_active=active)


def overview(user: User, *, now: datetime) -> Overview:
    """Return a user with its figures. Four queries."""
    return Overview(
        user,
        sessions=live_sessions(user.pk, now=now).count(),
        personal_access_tokens=live_tokens(user.pk, now=now).count(),
        factors=Factors.of(user.pk).methods,
        last_sign_in_at=user.last_login,
    )


def networks_of_failures(user_id: str, *, now: datetime) -> list[str]:
    """Return the networks from which sign-in to the account failed while their limits can still apply."""
    kinds = (audit.Event.SIGN_IN_FAILED.value, audit.Event.SIGN_IN_LIMITED.value)
    since: timedelta = 2 * NAME_AND_NETWORK.window
    failed = Event.objects.filter(user_id=user_id, kind__in=kinds, at__gte=now - since)
    return list(failed.exclude(network="").order_by().values_list("network", flat=True).distinct())
