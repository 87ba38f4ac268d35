"""The sign-in app: sessions, refresh tokens, cookies, limits."""

from django.apps import AppConfig


class SigninConfig(AppConfig):
    """Sessions of the users."""

    name = "identity_provider.signin"
    default_auto_field = "django.db.models.BigAutoField"
