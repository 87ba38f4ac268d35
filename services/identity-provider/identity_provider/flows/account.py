"""Endpoints to export one's data and to close the account."""

from datetime import datetime
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from ..accounts import services
from ..events.models import Event
from ..factors.selectors import METHODS, Factors
from ..mailing.services import notify
from ..signin.cookies import delete_sign_in_cookies
from ..signin.models import Session
from .endpoints import AccountEndpoint
from .flow import Flow

USER = ("id", "username", "email", "name", "locale", "time_zone", "roles", "created_at")
SESSION = ("id", "created_at", "last_used_at", "expires_at", "revoked_at", "remember", "address", "user_agent")
EVENT = ("at", "kind", "succeeded", "actor", "network", "user_agent", "session_id", "request_id", "reason")


class ExportApi(AccountEndpoint):
    """``GET /api/auth/account/export/``."""

    proof_for = frozenset({"GET"})

    @extend_schema(responses={200: OpenApiTypes.OBJECT})
    def get(self, request: Request) -> Response:
        """Return everything that is stored about you, except secrets."""
        user = self.session.user
        body = {
            "user": {name: getattr(user, name) for name in USER},
            "email_addresses": list(
                EmailAddress.objects.filter(user_id=user.pk).values("email", "verified", "primary")
            ),
            "sessions": list(Session.objects.filter(user_id=user.pk).order_by("created_at").values(*SESSION)),
            "factors": [
                {"kind": METHODS[row.type], "name": row.data.get("name", ""), **_times(row)}
                for row in Factors.of(user.pk).rows
            ],
            "connections": list(
                SocialAccount.objects.filter(user_id=user.pk).values("provider", "uid", "date_joined", "extra_data")
            ),
            "personal_access_tokens": list(
                user.personal_access_tokens.values("name", "scopes", "created_at", "expires_at", "revoked_at")
            ),
            "events": list(Event.objects.filter(user_id=user.pk).order_by("at").values(*EVENT)),
        }
        headers = {"Content-Disposition": 'attachment; filename="account.json"', "Cache-Control": "no-store"}
        return Response(body, headers=headers)


def _times(row: Authenticator) -> dict[str, datetime | None]:
    return {"created_at": row.created_at, "last_used_at": row.last_used_at}


class CloseApi(AccountEndpoint):
    """``POST /api/auth/account/close/``."""

    ends_sessions = True
    proof_for = frozenset({"POST"})

    class ClosedSerializer(serializers.Serializer[Any]):
        """When the account is deleted."""

        deleted_at = serializers.DateTimeField()

    @extend_schema(request=None, responses=ClosedSerializer)
    def post(self, request: Request) -> Response:
        """Close your account. You are signed out everywhere, and the account is deleted after 30 days."""
        user, flow = self.session.user, Flow.of(request._request)
        deleted_at = services.close(user=user, now=flow.now)
        days = services.CLOSING_GRACE.days
        notify(kind="account_closing", to=user.email, language=user.locale or "en", user_id=user.pk, days=days)
        response = Response(self.ClosedSerializer({"deleted_at": deleted_at}).data)
        delete_sign_in_cookies(response, request._request)
        return response
