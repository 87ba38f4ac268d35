"""Refresh and sign-out: public at the gateway, protected here by the cross-site rule."""

from datetime import UTC, datetime
from typing import Any

from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from vf_django.parsers import StrictFormParser, StrictJSONParser

from ..configuration import current
from . import services
from .answers import TokenAnswer, answer
from .client import Client
from .client_key import ClientKeyField
from .cookies import delete_sign_in_cookies
from .credentials import PresentedCredentials
from .errors import NoRefreshToken, PasswordTokensOff
from .origin import FromOwnPages, is_browser
from .page_forms import PageForm
from .refresh import refresh

IN_BODY = "Return the access token in the response body. For development only, and ignored for browsers."


def refuse_token_in_body(request: Request, given: dict[str, Any]) -> None:
    """Raise :class:`PasswordTokensOff` if a program asks for the access token, and only development gives it."""
    if given["include_token"] and not current().password_tokens and not is_browser(request._request):
        raise PasswordTokensOff


class SignInEndpoint(APIView):
    """Base class of the sign-in endpoints. They need no identity and accept JSON or a form."""

    authentication_classes: list[Any] = []
    permission_classes = [FromOwnPages]
    parser_classes = [StrictJSONParser, StrictFormParser]


class LogoutApi(PageForm, SignInEndpoint):
    """``POST /api/auth/logout/``."""

    @extend_schema(auth=[], request=None, responses={204: OpenApiResponse(description="Signed out.")})
    def post(self, request: Request) -> Response:
        """Sign out. Ends this browser's session, if there is one, and deletes the session cookies."""
        services.sign_out(presented=PresentedCredentials.of(request._request), now=datetime.now(UTC))
        response = Response(status=status.HTTP_204_NO_CONTENT)
        delete_sign_in_cookies(response, request._request)
        return response


class RefreshApi(SignInEndpoint):
    """``POST /api/auth/refresh/``."""

    class RefreshSerializer(serializers.Serializer[Any]):
        """The refresh token is read from its cookie."""

        include_token = serializers.BooleanField(default=False, help_text=IN_BODY)
        client_key = ClientKeyField()

    @extend_schema(auth=[], request=RefreshSerializer, responses=TokenAnswer)
    def post(self, request: Request) -> Response:
        """Renew the session cookies. If this fails, the cookies don't change."""
        serializer = self.RefreshSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        refuse_token_in_body(request, serializer.validated_data)
        token = PresentedCredentials.of(request._request).refresh_token()
        if token is None:
            raise NoRefreshToken
        given = serializer.validated_data
        client = Client.of(request._request)
        renewed = refresh(token, client=client, client_key=given["client_key"], now=datetime.now(UTC))
        return answer(request, renewed, include_token=given["include_token"])
