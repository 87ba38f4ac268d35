"""The providers app."""

from django.apps import AppConfig


class ProvidersConfig(AppConfig):
    """Sign-in with other identity providers, with django-allauth."""

    name = "identity_provider.providers"
