"""The sign-in app: sessions, refresh tokens, cookies, limits."""

from django.apps import AppConfig


class SigninConfig(AppConfig):
    """Who is signed in where."""

    name = "identity_provider.signin"
    default_auto_field = "django.db.models.BigAutoField"
