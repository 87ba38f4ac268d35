"""The programs app."""

from django.apps import AppConfig


class ProgramsConfig(AppConfig):
    """Credentials of programs: personal access tokens, and the secrets of service accounts."""

    name = "identity_provider.programs"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Revoke the personal access tokens of a deactivated account."""
        from ..accounts.signals import account_deactivated
        from .services import revoke_tokens_of

        account_deactivated.connect(revoke_tokens_of, dispatch_uid="programs")
