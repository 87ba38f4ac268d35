"""The signing app: keys, and the tokens that they sign."""

from django.apps import AppConfig


class SigningConfig(AppConfig):
    """No tables: keys are files, which the operator owns."""

    name = "identity_provider.signing"
