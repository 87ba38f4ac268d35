"""The steps of a sign-in, as allauth's stages."""

from allauth.account.internal import flows
from allauth.account.internal.stagekit import get_pending_stage
from allauth.account.models import EmailAddress, Login
from allauth.account.stages import EmailVerificationStage
from django.http import HttpRequest, HttpResponse

from ..accounts.models import User
from .errors import NoFlow


class VerifyEmailStage(EmailVerificationStage):  # type: ignore[misc]  # allauth has no types
    """The step in which users who signed up prove their email address.

    Only an unverified row requires it. Accounts that operators created or imported may have no row.
    """

    def handle(self) -> tuple[HttpResponse | None, bool]:
        """Return a response if the step is required."""
        user = self.login.user
        if user is not None and not EmailAddress.objects.filter(user_id=user.pk, verified=False).exists():
            return None, True
        response, goes_on = super().handle()
        return response, goes_on


def password_proven(request: HttpRequest, user: User) -> None:
    """Continue a sign-in after the correct password. Afterwards, the flow has begun a session or waits for a step."""
    flows.login.perform_password_login(request, {"username": user.username}, Login(user=user))


def pending_step(request: HttpRequest) -> str:
    """Return the step that the flow waits for. Raises :class:`NoFlow`."""
    stage = get_pending_stage(request)
    if stage is None:
        raise NoFlow
    return str(stage.key)
