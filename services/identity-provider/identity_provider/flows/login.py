"""``POST /api/auth/login/``: the first step of a sign-in with a password, and usually the only one."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from ..accounts.passwords import is_still_right
from ..signin import services
from ..signin.answers import TokenAnswer
from ..signin.apis import IN_BODY, refuse_token_in_body
from ..signin.authentication import PASSWORD
from ..signin.client_key import ClientKeyField, digest
from ..signin.page_forms import PageForm
from .endpoints import FlowEndpoint
from .flow import Flow
from .steps import password_proven

USERNAME_OR_EMAIL = "A username or email address."


class LoginApi(PageForm, FlowEndpoint):
    """``POST /api/auth/login/``."""

    begins = True
    in_transaction = False  # hashing a password takes long, and a failure is counted for others to see

    class LoginSerializer(serializers.Serializer[Any]):
        """Either ``username`` or ``email`` is required. Each accepts a username or an email address."""

        username = serializers.CharField(max_length=254, required=False, allow_blank=True, help_text=USERNAME_OR_EMAIL)
        email = serializers.CharField(max_length=254, required=False, allow_blank=True, help_text=USERNAME_OR_EMAIL)
        password = serializers.CharField(max_length=1024, trim_whitespace=False, style={"input_type": "password"})
        remember_me = serializers.BooleanField(default=False)
        include_token = serializers.BooleanField(default=False, help_text=IN_BODY)
        client_key = ClientKeyField()

        def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
            """Require a username or an email address."""
            attrs["name"] = attrs.get("username") or attrs.get("email")
            if not attrs["name"]:
                raise serializers.ValidationError({"username": ["Enter a username or email address."]})
            return attrs

    @extend_schema(auth=[], request=LoginSerializer, responses=TokenAnswer)
    def post(self, request: Request) -> Response:
        """Sign in. Sets the session cookies and returns the user, or 401 `step_required` if another step is needed."""
        serializer = self.LoginSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        given = serializer.validated_data
        refuse_token_in_body(request, given)
        http = request._request
        flow = Flow.of(http)
        user = services.prove_password(
            name=given["name"], password=given["password"], client=flow.client, now=flow.now, browser=flow.browser
        )
        # The stored hash can change without the password, when the hasher's cost changes.
        flow.still_proven = lambda current: is_still_right(given["password"], user, current)
        flow.keep(remember=given["remember_me"], client_key_digest=digest(given["client_key"]), method=PASSWORD)
        password_proven(http, user)
        return self.next_step(request, include_token=given["include_token"])
