"""Endpoint for the service accounts, for operators. The command ``service_account`` creates and changes them."""

from datetime import UTC, datetime
from typing import Any

from rest_framework import generics, serializers
from rest_framework.permissions import IsAuthenticated

from ..programs.models import ServiceAccount
from ..programs.selectors import service_accounts
from .apis import ROLE


class ServiceAccountListApi(generics.ListAPIView[ServiceAccount]):
    """``GET /api/auth/service-accounts/``."""

    permission_classes = [IsAuthenticated, ROLE]

    class ServiceAccountSerializer(serializers.Serializer[Any]):
        """A program with roles of its own."""

        class SecretSerializer(serializers.Serializer[Any]):
            """A valid client secret, without the secret itself."""

            id = serializers.CharField()
            hint = serializers.CharField(help_text="The beginning of the secret.")
            created_at = serializers.DateTimeField()
            expires_at = serializers.DateTimeField(help_text="Set when a newer secret replaces this one.")
            last_used_at = serializers.DateTimeField(help_text="The hour of the last exchange, or null.")

        id = serializers.CharField(help_text="The client ID.")
        name = serializers.CharField()
        roles = serializers.ListField(child=serializers.CharField(), source="known_roles")
        is_active = serializers.BooleanField()
        created_at = serializers.DateTimeField()
        secrets = SecretSerializer(many=True, source="live_secrets")

    serializer_class = ServiceAccountSerializer

    def get_queryset(self) -> Any:
        """Return all service accounts, by name."""
        return service_accounts(now=datetime.now(UTC))

    def get(self, *args: Any, **kwargs: Any) -> Any:
        """List the service accounts by name, with their valid client secrets."""
        return super().get(*args, **kwargs)
