"""``POST /api/auth/flow/sign-up/``."""

from typing import Any

from allauth.account.internal.flows.signup import complete_signup, prevent_enumeration
from django.core.exceptions import ValidationError as DjangoValidationError
from django.db import transaction
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from ..accounts import services
from ..accounts.hashing import spend
from ..accounts.names import MAX_EMAIL, MAX_USERNAME
from ..accounts.selectors import find_user
from ..configuration import current
from ..mailing.services import require_mail
from ..signin.answers import TokenAnswer
from ..signin.authentication import PASSWORD
from ..signin.client_key import ClientKeyField, digest
from . import invitations
from .endpoints import FlowEndpoint
from .errors import SignUpClosed
from .limits import record_mail


class SignUpApi(FlowEndpoint):
    """``POST /api/auth/flow/sign-up/``."""

    begins = True

    class SignUpSerializer(serializers.Serializer[Any]):
        """The new account."""

        username = serializers.CharField(max_length=MAX_USERNAME)
        email = serializers.EmailField(max_length=MAX_EMAIL)
        password = serializers.CharField(max_length=1024, trim_whitespace=False, style={"input_type": "password"})
        remember_me = serializers.BooleanField(default=False)
        invitation = serializers.CharField(
            max_length=2000, default="", help_text="From the invitation email, if sign-up is by invitation."
        )
        client_key = ClientKeyField()

    @extend_schema(auth=[], request=SignUpSerializer, responses=TokenAnswer)
    def post(self, request: Request) -> Response:
        """Create an account. Usually returns 401 `step_required`: enter the code from the email next.

        If the email address has an account already, the response is the same, and the email says so.
        """
        serializer = self.SignUpSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        given = serializer.validated_data
        invitation = invitations.read(given["invitation"], email=given["email"]) if given["invitation"] else None
        if current().sign_up == "off" or (current().sign_up == "invitation" and invitation is None):
            raise SignUpClosed
        if invitation is None:
            require_mail()
        http, flow = request._request, self.flow(request)
        # Not the typed one: it may only look alike, and an invitation verifies the address that it was sent to.
        email = invitation.email if invitation else given["email"]
        record_mail(email, flow.client.network, now=flow.now)
        flow.keep(remember=given["remember_me"], client_key_digest=digest(given["client_key"]), method=PASSWORD)
        exists = find_user(email)
        try:
            if exists is not None:
                services.check_new_user(username=given["username"], email=email, password=given["password"])
                spend(given["password"])  # as long as creating the account
                prevent_enumeration(http, email=email)
            else:
                with transaction.atomic():  # without a session or a step to prove the address, there is no account
                    user = services.sign_up(
                        username=given["username"],
                        email=email,
                        password=given["password"],
                        roles=invitation.roles if invitation else (),
                        verified=invitation is not None,
                    )
                    if invitation and not invitations.use(invitation, now=flow.now):
                        raise SignUpClosed
                    complete_signup(http, user=user)
        except DjangoValidationError as error:
            raise serializers.ValidationError(_fields(error)) from error
        return self.next_step(request)


def _fields(error: DjangoValidationError) -> dict[str, list[str]]:
    if hasattr(error, "error_dict"):
        return {name.removesuffix("_key"): messages for name, messages in error.message_dict.items()}
    return {"password": error.messages}
