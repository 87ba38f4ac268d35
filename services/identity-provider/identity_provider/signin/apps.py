"""The sign-in app: sessions, refresh tokens, cookies, limits."""

from django.apps import AppConfig

from ..cleaning.tasks import tasks


class SigninConfig(AppConfig):
    """Sessions of the users."""

    name = "identity_provider.signin"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the cleaning."""
        from .services import delete_ended_sessions  # models are there only now

        tasks["sessions"] = delete_ended_sessions
