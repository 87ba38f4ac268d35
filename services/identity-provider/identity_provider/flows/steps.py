"""The steps of a sign-in, as allauth's stages."""

from allauth.account.internal import flows
from allauth.account.internal.stagekit import get_pending_stage
from allauth.account.models import EmailAddress, Login
from allauth.account.stages import EmailVerificationStage, LoginStage, LoginStageController
from allauth.mfa.stages import AuthenticateStage
from django.http import HttpRequest, HttpResponse

from ..accounts.models import User
from ..accounts.selectors import get_user
from ..signin import services
from ..signin.credentials import PresentedCredentials
from .errors import NoFlow, StepRequired
from .flow import Flow


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


class SecondFactorStage(AuthenticateStage):  # type: ignore[misc]  # allauth has no types
    """The step in which users with a factor use it, unless the flow began with a passkey."""

    def _should_handle(self, request: HttpRequest) -> bool:
        user = self.login.user
        return user is not None and Flow.of(request).needs_factor(user)


def lock_for_factor(flow: Flow, user: User) -> None:
    """Lock what the last step will lock, before counts and factors are: see the order of locks in ``signin.services``.

    Raises :class:`NoAccount`.
    """
    services.lock_sessions_of(PresentedCredentials.of(flow.request), now=flow.now)
    get_user(user.pk, lock=True)


def factor_used(request: HttpRequest, *methods: str) -> None:
    """Continue a sign-in after the use of a factor. Raises :class:`NoFlow` if the flow waits for another step."""
    stage = second_factor_stage(request)
    Flow.of(request).used(*methods)
    stage.exit()


def second_factor_stage(request: HttpRequest) -> LoginStage:
    """Return the step for the second factor. Raises :class:`NoFlow` if the flow waits for another one."""
    stage = LoginStageController.enter(request, SecondFactorStage.key)
    if stage is None or stage.login.user is None:
        raise NoFlow
    return stage


def password_proven(request: HttpRequest, user: User) -> None:
    """Continue a sign-in after the correct password. Afterwards, the flow has begun a session or waits for a step."""
    flows.login.perform_password_login(request, {"username": user.username}, Login(user=user))


def pending_step(request: HttpRequest) -> StepRequired:
    """Return the step that the flow waits for. Raises :class:`NoFlow`."""
    stage = get_pending_stage(request)
    if stage is None:
        raise NoFlow
    if stage.key == SecondFactorStage.key:
        return StepRequired("mfa", methods=Flow.of(request).factors_of(stage.login.user).methods)
    return StepRequired(str(stage.key))
