"""The operators app."""

from django.apps import AppConfig


class OperatorsConfig(AppConfig):
    """What operators do with accounts and events. It has no tables."""

    name = "identity_provider.operators"
