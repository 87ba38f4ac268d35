"""The factors app."""

from django.apps import AppConfig


class FactorsConfig(AppConfig):
    """Second factors and passkeys, stored and verified by ``allauth.mfa``."""

    name = "identity_provider.factors"
