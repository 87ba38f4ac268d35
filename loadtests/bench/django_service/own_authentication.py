"""Authentication of a service without a gateway: verify the token, then load its user."""

from typing import Any

import jwt
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from django.conf import settings
from django.contrib.auth.models import User
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

_KEY: Any = load_pem_public_key(settings.TOKEN_KEY)


class TokenAuthentication(BaseAuthentication):
    """``Authorization: Bearer`` with PyJWT and the ORM, in its simplest form."""

    def authenticate(self, request: Request) -> tuple[User, None]:
        """Return the user that the token names."""
        scheme, _, token = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
        if scheme != "Bearer":
            raise AuthenticationFailed
        try:
            claims = jwt.decode(token, _KEY, algorithms=["ES256"], audience="vf-services", issuer=settings.ISSUER)
            user = User.objects.get(username=claims["username"])
        except (jwt.PyJWTError, User.DoesNotExist) as error:
            raise AuthenticationFailed from error
        if not user.is_active:
            raise AuthenticationFailed
        return user, None
