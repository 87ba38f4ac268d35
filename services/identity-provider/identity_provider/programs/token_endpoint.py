"""``POST /api/auth/token/``: the token endpoint of OAuth 2.0, for programs.

Two grants: ``client_credentials`` (RFC 6749 §4.4) for service accounts, and token exchange (RFC 8693 §2) for personal
access tokens. The request is a form. Errors have the form of RFC 6749 §5.2; limits and outages are problem details,
because that RFC has no code for them. Cookies are never read.
"""

import base64
import binascii
from typing import Any
from urllib.parse import unquote_plus

from django.http import QueryDict
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.exceptions import ParseError, UnsupportedMediaType
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from vf_django.parsers import StrictFormParser
from vf_tokens.claims import MAX_ROLES

from .. import audit
from ..signin.client import Client
from ..signin.origin import FromOwnPages
from .errors import ExchangeRefused, invalid_client, invalid_request
from .exchange import Issued, exchange_client_secret, exchange_personal_token

CLIENT_CREDENTIALS = "client_credentials"
TOKEN_EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange"  # noqa: S105 (no password)
ACCESS_TOKEN_TYPE = "urn:ietf:params:oauth:token-type:access_token"  # noqa: S105 (no password)
GRANTS = (CLIENT_CREDENTIALS, TOKEN_EXCHANGE)
CHALLENGE = 'Basic realm="vf", charset="UTF-8"'

_NOT_STORED = {"Cache-Control": "no-store", "Pragma": "no-cache"}
_REFUSED_BY_PARSING = frozenset({"invalid_request", "unsupported_grant_type", "ambiguous_client", "malformed_client"})


class TokenEndpoint(APIView):
    """``POST /api/auth/token/``."""

    authentication_classes: list[Any] = []
    permission_classes = [FromOwnPages]
    parser_classes = [StrictFormParser]

    class TokenRequestSerializer(serializers.Serializer[Any]):
        """The form. A service account sends its credentials here, or by HTTP Basic authentication."""

        grant_type = serializers.ChoiceField(choices=GRANTS)
        scope = serializers.CharField(required=False, help_text="Roles, separated by spaces. By default all.")
        client_id = serializers.CharField(required=False)
        client_secret = serializers.CharField(required=False)
        subject_token = serializers.CharField(required=False, help_text="A personal access token.")
        subject_token_type = serializers.ChoiceField(required=False, choices=[ACCESS_TOKEN_TYPE])

    class TokenResponseSerializer(serializers.Serializer[Any]):
        """RFC 6749 §5.1. Token exchange adds ``issued_token_type``."""

        access_token = serializers.CharField()
        token_type = serializers.CharField()
        expires_in = serializers.IntegerField(help_text="Seconds.")
        scope = serializers.CharField(help_text="The roles in the access token.")
        issued_token_type = serializers.CharField(required=False)

    @extend_schema(
        auth=[],
        request={"application/x-www-form-urlencoded": TokenRequestSerializer},
        responses=TokenResponseSerializer,
    )
    def post(self, request: Request) -> Response:
        """Exchange a credential of a program for an access token."""
        network = Client.of(request._request).network
        try:
            return _answer(*_exchange(request, network))
        except ExchangeRefused as refusal:
            if refusal.reason in _REFUSED_BY_PARSING:  # the exchange itself records the others
                audit.record(audit.Event.PROGRAM_TOKEN_REFUSED, network=network, reason=refusal.reason)
            return _refusal(refusal)


def _exchange(request: Request, network: str) -> tuple[Issued, dict[str, str]]:
    form = _form(request)
    if any(len(values) > 1 for _, values in form.lists()):
        raise invalid_request("A parameter is repeated.", reason="invalid_request")  # RFC 6749 §3.2
    grant, scopes = form.get("grant_type", ""), _scopes(form.get("scope"))
    authorization = request._request.META.get("HTTP_AUTHORIZATION", "")
    if grant == CLIENT_CREDENTIALS:
        client_id, secret = _client(form, authorization)
        return exchange_client_secret(client_id, secret, scopes=scopes, network=network), {}
    if grant == TOKEN_EXCHANGE:
        subject = form.get("subject_token", "")
        if form.get("subject_token_type") != ACCESS_TOKEN_TYPE or not subject:
            raise invalid_request(
                f"Send the personal access token as subject_token, with subject_token_type={ACCESS_TOKEN_TYPE}.",
                reason="invalid_request",
            )
        if authorization or "client_secret" in form:
            raise invalid_request("A personal access token needs no client credentials.", reason="ambiguous_client")
        issued = exchange_personal_token(subject, scopes=scopes, network=network)
        return issued, {"issued_token_type": ACCESS_TOKEN_TYPE}
    if not grant:
        raise invalid_request("grant_type is required.", reason="invalid_request")
    raise ExchangeRefused(
        "unsupported_grant_type", f"The supported grant types are {', '.join(GRANTS)}.", reason="unsupported_grant_type"
    )


def _form(request: Request) -> QueryDict:
    try:
        data = request.data
    except (UnsupportedMediaType, ParseError):
        data = None
    if not isinstance(data, QueryDict):
        raise invalid_request("Send a form in UTF-8: application/x-www-form-urlencoded.", reason="invalid_request")
    return data


def _client(form: QueryDict, authorization: str) -> tuple[str, str]:
    """Return client ID and secret from HTTP Basic or from the form, never from both (RFC 6749 §2.3.1)."""
    in_form = form.get("client_id", ""), form.get("client_secret", "")
    if not authorization:
        return in_form
    if in_form[1] or authorization[:6].lower() != "basic ":
        raise invalid_request("Send the client's credentials in one way only.", reason="ambiguous_client")
    try:
        decoded = base64.b64decode(authorization[6:].strip(), validate=True).decode("utf-8")
    except (binascii.Error, ValueError):
        raise invalid_client("malformed_client") from None
    client_id, _, secret = (unquote_plus(part) for part in decoded.partition(":"))
    if in_form[0] and in_form[0] != client_id:
        raise invalid_request(
            "client_id names another client than the Authorization header.", reason="ambiguous_client"
        )
    return client_id, secret


def _scopes(text: str | None) -> list[str] | None:
    if text is None:
        return None
    scopes = text.split(" ") if text else []
    if len(scopes) > MAX_ROLES or "" in scopes:
        raise invalid_request("scope is a list of roles, separated by one space each.", reason="invalid_request")
    return scopes


def _answer(issued: Issued, more: dict[str, str]) -> Response:
    body = {
        "access_token": issued.access.token,
        **more,
        "token_type": "Bearer",
        "expires_in": issued.access.lifetime,
        "scope": " ".join(issued.scopes),
    }
    return Response(body, headers=_NOT_STORED)


def _refusal(refusal: ExchangeRefused) -> Response:
    body = {"error": refusal.error, "error_description": refusal.description}
    if refusal.error == "invalid_client":
        headers = {**_NOT_STORED, "WWW-Authenticate": CHALLENGE}
        return Response(body, status=status.HTTP_401_UNAUTHORIZED, headers=headers)
    return Response(body, status=status.HTTP_400_BAD_REQUEST, headers=_NOT_STORED)
