"""The revocations app."""

from django.apps import AppConfig


class RevocationsConfig(AppConfig):
    """The outbox and its publisher."""

    name = "identity_provider.revocations"
    default_auto_field = "django.db.models.BigAutoField"
