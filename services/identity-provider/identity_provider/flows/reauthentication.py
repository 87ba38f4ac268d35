"""``/api/auth/account/reauthenticate/``: a signed-in user proves the identity again."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from .. import audit
from ..accounts.errors import WrongPassword
from ..accounts.selectors import get_user
from ..factors.codes import use_code
from ..factors.errors import IncorrectCode, IncorrectPasskey
from ..factors.selectors import RECOVERY_CODES
from ..factors.services import recovery_code_used
from ..signin import limits, services
from ..signin.authentication import ONE_TIME_CODE, PASSWORD, SEVERAL
from ..signin.errors import TooManyAttempts
from ..signin.models import Session
from .endpoints import AccountEndpoint
from .flow import Flow
from .second_factor import CODE

DONE = {204: OpenApiResponse(description="Proven. Send the other request again.")}


class ReauthenticateApi(AccountEndpoint):
    """``POST /api/auth/account/reauthenticate/``."""

    class ProofSerializer(serializers.Serializer[Any]):
        """Either the password or a code."""

        password = serializers.CharField(
            max_length=1024, trim_whitespace=False, required=False, style={"input_type": "password"}
        )
        code = serializers.CharField(max_length=40, required=False, help_text=CODE)

        def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
            """Require exactly one of the two."""
            if len(attrs) != 1:
                raise serializers.ValidationError({"password": ["Enter either the password or a code."]})
            return attrs

    @extend_schema(request=ProofSerializer, responses=DONE)
    def post(self, request: Request) -> Response:
        """Confirm that it's you, with your password or a code. This is valid for a few minutes, in this session."""
        serializer = self.ProofSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        given, flow = serializer.validated_data, Flow.of(request._request)
        with counting(self.session, flow):
            if "password" in given:
                if not self.session.user.check_password(given["password"]):
                    raise WrongPassword("wrong_password", field="password")
                methods = [PASSWORD]
            else:
                _count_code(self.session.user_id, flow)
                kind = use_code(self.session.user_id, given["code"])
                if kind is None:
                    raise IncorrectCode
                methods = [ONE_TIME_CODE, SEVERAL]
                if kind == RECOVERY_CODES:
                    recovery_code_used(self.session.user)
        prove_again(self.session, methods, flow)
        return Response(status=204)


def _count_code(user_id: str, flow: Flow) -> None:
    """Count a code before it is verified. Raises :class:`TooManyAttempts`. The password is accepted all the same."""
    get_user(user_id, lock=True)  # before counts: see the order of locks in ``signin.services``
    wait = limits.record_request("reauthentication_code", limits.REAUTHENTICATION_CODES, user_id, now=flow.now)
    if wait:
        raise TooManyAttempts(wait, reason="reauthentication_code")


def prove_again(session: Session, methods: Iterable[str], flow: Flow) -> None:
    """Record the proof."""
    services.record_proof(session, methods=methods, now=flow.now)
    audit.record(
        audit.Event.REAUTHENTICATED, user_id=session.user_id, session_id=session.pk, reason=" ".join(sorted(methods))
    )


@contextmanager
def counting(session: Session, flow: Flow) -> Iterator[None]:
    """Count a failure. The session is locked, so concurrent guesses in it are consecutive."""
    attempt = limits.OldPassword(session.user_id, session.pk)
    try:
        limits.check(attempt, now=flow.now)
        yield
    except TooManyAttempts as refusal:
        audit.record(audit.Event.REAUTHENTICATION_LIMITED, user_id=session.user_id, reason=refusal.reason)
        raise
    except (WrongPassword, IncorrectCode, IncorrectPasskey) as refusal:
        audit.record(audit.Event.REAUTHENTICATION_FAILED, user_id=session.user_id, reason=refusal.reason)
        limits.record_failure(attempt, now=flow.now)
        raise
