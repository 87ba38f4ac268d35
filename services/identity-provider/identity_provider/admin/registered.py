"""What the admin shows of each model, and what it never shows.

Left out are columns with secrets or with what follows from them: password hashes, digests, the data of factors, the
texts of emails, which contain codes and links, and what other providers say about a user. Left out are also whole
models: refresh tokens, flows, counts of failures, and everything of allauth that this platform doesn't use.
"""

from datetime import UTC, datetime
from typing import Any, ClassVar

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.contrib.admin import display
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.http import urlencode
from django.utils.safestring import SafeString

from ..accounts.models import User
from ..events.models import Event
from ..mailing.models import Mail
from ..operators.selectors import find_users
from ..programs.models import ClientSecret, PersonalAccessToken, ServiceAccount
from ..revocations.models import Revocation
from ..signin.models import Session
from ..webhooks.models import Delivery
from .filters import EventKind, MailKind
from .records import Records

OF_USER = ("user__id__exact",)
"""The filter by which a user's page links to the rows of other models."""

OF_USER_NAME = ("user__username",)


@display(description="Access tokens revoked that were issued until")
def tokens_revoked_until(row: User | ServiceAccount) -> datetime | None:
    """Return a time, None if no access token is revoked by it."""
    return _time(row.tokens_not_before)


class Users(Records):
    """Accounts."""

    title = "Users"
    fields = (
        *("id", "username", "email", "name", "roles", "is_active", "created_at", "closes_at"),
        *("locale", "time_zone", tokens_revoked_until, "records"),
    )
    readonly_fields: ClassVar[Any] = (tokens_revoked_until, "records")
    computed_from = ("tokens_not_before",)
    list_display = ("username", "email", "roles", "is_active", "created_at")
    list_filter = ("is_active", "created_at")
    search_fields = ("id",)
    search_help_text = "User ID, or part of a username or email address"
    ordering = ("-created_at",)

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[QuerySet[Any], bool]:
        """Search as the API for operators does."""
        if not search_term:
            return queryset, False
        return queryset.filter(pk__in=find_users(search=search_term.strip()).order_by().values("pk")), False

    @display(description="Records")
    def records(self, user: User) -> SafeString:
        """Return links to the user's rows of other models."""
        by_key: list[tuple[type[Model], str]] = [(Event, "user_id"), (Mail, "user_id")]
        links = [*((model, OF_USER[0]) for model in _OF_USERS), *by_key]
        rows = ((_list_of(model, **{by: user.pk}), SHOWN[model].title) for model, by in links)
        return format_html_join(" · ", '<a href="{}">{}</a>', rows)


class EmailAddresses(Records):
    """Email addresses, verified or not."""

    title = "Email addresses"
    fields = ("user", "email", "verified", "primary")
    list_display = ("email", "user", "verified", "primary")
    list_filter = ("verified", "primary")
    lookups = OF_USER
    named_by = OF_USER_NAME
    search_fields = ("email__iexact", "user__id__exact")
    search_help_text = "Whole email address, or user ID"
    ordering = ("email",)


class Sessions(Records):
    """Sessions, live and ended."""

    title = "Sessions"
    fields = (
        *("id", "user", "actor", "remember", "address", "user_agent", "methods", "created_at", "authenticated_at"),
        *("used_before", "expires_at", "revoked_at", "rotations"),
    )
    list_display = ("id", "user", "actor", "address", "created_at", "expires_at", "revoked_at")
    list_filter = ("created_at", "revoked_at", "remember")
    lookups = OF_USER
    named_by = OF_USER_NAME
    search_fields = ("id__exact", "user__id__exact", "address__exact", "actor__exact")
    search_help_text = "Session ID, user ID, or network"
    ordering = ("-created_at",)


class Factors(Records):
    """Second factors and passkeys, without their secrets."""

    title = "Second factors and passkeys"
    fields = ("user", "type", "created_at", "last_used_at")
    list_display = ("user", "type", "created_at", "last_used_at")
    list_filter = ("type",)
    lookups = OF_USER
    named_by = OF_USER_NAME
    search_fields = ("user__id__exact",)
    search_help_text = "User ID"
    ordering = ("-created_at",)


class ConnectedAccounts(Records):
    """Accounts at other providers."""

    title = "Accounts at other providers"
    fields = ("user", "provider", "uid", "date_joined", "last_login")
    list_display = ("provider", "user", "date_joined", "last_login")
    lookups = OF_USER
    named_by = OF_USER_NAME
    search_fields = ("user__id__exact", "uid__exact")
    search_help_text = "User ID, or the provider's ID of the user"
    ordering = ("-date_joined",)


class PersonalAccessTokens(Records):
    """Personal access tokens, without their digests."""

    title = "Personal access tokens"
    fields = ("id", "user", "name", "hint", "scopes", "created_at", "last_used_at", "expires_at", "revoked_at")
    list_display = ("name", "user", "hint", "scopes", "last_used_at", "expires_at", "revoked_at")
    list_filter = ("expires_at", "revoked_at")
    lookups = OF_USER
    named_by = OF_USER_NAME
    search_fields = ("id__exact", "user__id__exact")
    search_help_text = "Token ID, or user ID"
    ordering = ("-created_at",)


class ServiceAccounts(Records):
    """Service accounts."""

    title = "Service accounts"
    fields = ("id", "name", "roles", "is_active", "created_at", tokens_revoked_until)
    readonly_fields: ClassVar[Any] = (tokens_revoked_until,)
    computed_from = ("tokens_not_before",)
    list_display = ("name", "id", "roles", "is_active", "created_at")
    list_filter = ("is_active",)
    search_fields = ("id__exact", "name__contains")
    search_help_text = "Client ID, or part of a name"
    ordering = ("name",)


class ClientSecrets(Records):
    """Secrets of service accounts, without their digests."""

    title = "Client secrets"
    fields = ("id", "account", "hint", "created_at", "last_used_at", "expires_at", "revoked_at")
    list_display = ("id", "account", "hint", "last_used_at", "expires_at", "revoked_at")
    list_filter = ("revoked_at",)
    search_fields = ("id__exact", "account__id__exact", "account__name__exact")
    named_by = ("account__name",)
    search_help_text = "Secret ID, client ID, or name of the account"
    ordering = ("-created_at",)


class Events(Records):
    """The audit log's events of accounts."""

    title = "Events"
    fields = (
        *("at", "kind", "succeeded", "user_id", "actor", "reason", "network", "user_agent", "session_id"),
        *("request_id", "details"),
    )
    list_display = ("at", "kind", "succeeded", "user_id", "actor", "network", "reason")
    list_filter = (EventKind, "succeeded", "at")
    lookups = ("user_id",)
    search_fields = ("user_id__exact", "actor__exact", "network__exact", "session_id__exact", "request_id__exact")
    search_help_text = "User ID, actor, network, session ID, or request ID"
    ordering = ("-at",)


class Mails(Records):
    """The outbox, without subjects and texts."""

    title = "Emails"
    fields = ("kind", "to", "user_id", "created_at", "next_attempt_at", "attempts", "expires_at", "sent_at")
    list_display = ("kind", "to", "user_id", "created_at", "attempts", "next_attempt_at", "sent_at")
    list_filter = (MailKind, "created_at", "sent_at")
    lookups = ("user_id",)
    search_fields = ("to__iexact", "user_id__exact")
    search_help_text = "Whole email address, or user ID"
    ordering = ("-id",)


class Deliveries(Records):
    """Events that the webhook's receiver has not accepted yet."""

    title = "Webhook deliveries"
    fields = ("id", "event", "attempts", "next_attempt_at")
    list_display = ("id", "event", "attempts", "next_attempt_at")
    search_fields = ("id__exact",)
    named_by = ("event__at", "event__kind", "event__user_id")
    search_help_text = "Webhook ID"
    ordering = ("next_attempt_at",)


class Revocations(Records):
    """Revocations that are still needed, and whether the gateway has got them."""

    title = "Revocations"
    fields = ("kind", "subject", "issued_until", "needed_until", "published")
    readonly_fields = ("issued_until", "needed_until")
    computed_from = ("not_before", "expires_at")
    list_display = ("kind", "subject", "published", "needed_until")
    list_filter = ("kind", "published")
    search_fields = ("subject__exact",)
    search_help_text = "Session ID, or user ID"
    ordering = ("-id",)

    @display(description="Tokens issued until")
    def issued_until(self, revocation: Revocation) -> datetime | None:
        """Return the time until which tokens of a user are revoked; None for a session, which ends as a whole."""
        return _time(revocation.not_before)

    @display(description="Needed until", ordering="expires_at")
    def needed_until(self, revocation: Revocation) -> datetime | None:
        """Return when the last token that it revokes expires."""
        return _time(revocation.expires_at)


def _time(second: int) -> datetime | None:
    return datetime.fromtimestamp(second, UTC) if second else None


def _list_of(model: type[Model], **filters: str) -> str:
    url = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
    return f"{url}?{urlencode(filters)}"


_OF_USERS: tuple[type[Model], ...] = (Session, EmailAddress, Authenticator, SocialAccount, PersonalAccessToken)

GROUPS: dict[str, dict[type[Model], type[Records]]] = {
    "Accounts": {
        User: Users,
        EmailAddress: EmailAddresses,
        Authenticator: Factors,
        SocialAccount: ConnectedAccounts,
        Session: Sessions,
    },
    "Programs": {
        PersonalAccessToken: PersonalAccessTokens,
        ServiceAccount: ServiceAccounts,
        ClientSecret: ClientSecrets,
    },
    "Events and outboxes": {Event: Events, Delivery: Deliveries, Mail: Mails, Revocation: Revocations},
}
"""Each model that the admin shows, below the heading of its group."""

SHOWN = {model: records for group in GROUPS.values() for model, records in group.items()}
