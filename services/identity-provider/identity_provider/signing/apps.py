"""The signing app: keys and the tokens signed with them."""

from django.apps import AppConfig


class SigningConfig(AppConfig):
    """An app without tables: keys are files that the operator owns."""

    name = "identity_provider.signing"
