"""The response to a sign-in or refresh."""

from typing import Any

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from .cookies import Others, set_sign_in_cookies
from .origin import is_browser
from .services import SignIn


class SignInAnswer(serializers.Serializer[Any]):
    """The signed-in user and the expiry of the access token."""

    id = serializers.CharField(source="user.id")
    username = serializers.CharField(source="user.username")
    email = serializers.EmailField(source="user.email")
    roles = serializers.ListField(child=serializers.CharField())
    expires_at = serializers.DateTimeField(source="access.expires_at", help_text="When the access token expires.")


class TokenAnswer(SignInAnswer):
    """Adds the access token (RFC 6750 §4), for clients that don't use cookies and asked for it."""

    access_token = serializers.CharField(source="access.token")
    token_type = serializers.CharField(default="Bearer")
    expires_in = serializers.IntegerField(
        source="access.lifetime", help_text="Lifetime of the access token in seconds."
    )


def answer(request: Request, sign_in: SignIn, *, include_token: bool, begun: bool = False) -> Response:
    """Return the body and the cookies. If a session has ``begun``, delete all other cookies with our names.

    A page never gets the token in the body, whatever it requests: otherwise an injected script could read it, even
    where VF_JS_TOKEN_COOKIE=off hides it from scripts.
    """
    http = request._request
    serializer = TokenAnswer if include_token and not is_browser(http) else SignInAnswer
    response = Response(serializer(sign_in).data, headers={"Cache-Control": "no-store"})
    set_sign_in_cookies(response, http, sign_in, others=Others(http, from_number=1 if begun else 2))
    return response
