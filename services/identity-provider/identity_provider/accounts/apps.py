"""The accounts app: who there is."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """People and their roles."""

    name = "identity_provider.accounts"
    default_auto_field = "django.db.models.BigAutoField"
