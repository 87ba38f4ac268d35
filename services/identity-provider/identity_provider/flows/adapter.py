"""What allauth asks of a project, delegated to our own services: users, passwords, sessions, mails."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language_from_request

from ..accounts.models import User
from ..accounts.selectors import find_user
from ..accounts.services import replace_password
from ..configuration import current
from ..mailing.services import notify, queue
from .flow import Flow

VERIFY_EMAIL_STAGE = "allauth.account.stages.EmailVerificationStage"
SECOND_FACTOR_STAGE = "allauth.mfa.stages.AuthenticateStage"
OWN_STAGES = {
    VERIFY_EMAIL_STAGE: "identity_provider.flows.steps.VerifyEmailStage",
    SECOND_FACTOR_STAGE: "identity_provider.flows.steps.SecondFactorStage",
}

REQUESTED = {
    "account/email/email_confirmation": "verify_email",
    "account/email/email_confirmation_signup": "verify_email",
    "account/email/account_already_exists": "account_exists",
    "account/email/password_reset_code": "reset_password",
    "account/email/login_code": "sign_in_code",
    "account/email/unknown_account": "unknown_account",
}
"""allauth's templates of requested emails, and our kinds (:mod:`..mailing.words`)."""

NOTICES = {"account/email/password_reset": "password_was_reset", "account/email/email_changed": "email_changed"}


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no types
    """``ACCOUNT_ADAPTER``."""

    def get_client_ip(self, request: HttpRequest) -> str:
        """Return the network of the client, as seen by Traefik."""
        return Flow.of(request).client.network

    def get_login_stages(self) -> list[str]:
        """Return the steps of a sign-in, in order."""
        return [OWN_STAGES.get(stage, stage) for stage in super().get_login_stages()]

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Return True if anyone may create an account."""
        return current().sign_up == "open"

    def pre_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse | None:
        """Keep what the first step proved."""
        Flow.of(request).keep_proof(user)
        return None

    def login(self, request: HttpRequest, user: User) -> None:
        """Start one of our sessions after the last step."""
        Flow.of(request).begin(user)

    def post_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse:
        """Return a placeholder: the endpoint creates the response."""
        return HttpResponse()

    def logout(self, request: HttpRequest) -> None:
        """Raise an error: sign-out is ours."""
        raise NotImplementedError

    def set_password(self, user: User, password: str) -> None:
        """Replace the password, and end every session.

        Never ``user.save()``: it would write back roles and ``tokens_not_before`` as they were when the row was read.
        """
        user.password = replace_password(user_id=user.pk, new=password, now=Flow.of(self.request).now)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Put an email into the outbox. The endpoint has counted it, for known and unknown addresses alike."""
        # One query for known and unknown addresses, so that their number doesn't reveal which one it is.
        user = find_user(email)
        language = (user.locale if user else "") or get_language_from_request(self.request)
        user_id = user.pk if user else ""
        if kind := REQUESTED.get(template_prefix):
            queue(kind=kind, to=email, language=language, user_id=user_id, code=context.get("code", ""))
        else:
            values = {name: context[name] for name in ("from_email", "to_email") if name in context}
            notify(kind=NOTICES[template_prefix], to=email, language=language, user_id=user_id, **values)

    def _delete_login_attempts_cached_email(self, request: HttpRequest, **credentials: Any) -> None:
        """Do nothing: our limits are in the database, and a reset doesn't clear them."""
