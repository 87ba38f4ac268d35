"""``GET /api/v1/``: the list of endpoints, with the paths in the form in which the list is requested."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from vf_service.caching import PRIVATE
from vf_service.endpoints import ALIAS, VERSIONED


class IndexApi(APIView):
    """``GET /api/v1/``, for programs too."""

    permission_classes = [IsAuthenticated]

    class IndexSerializer(serializers.Serializer[Any]):
        """All endpoints."""

        class EndpointSerializer(serializers.Serializer[Any]):
            """One endpoint."""

            method = serializers.CharField()
            path = serializers.CharField()
            description = serializers.CharField()
            authentication = serializers.CharField()
            returns = serializers.CharField()

        endpoints = EndpointSerializer(many=True)

    @extend_schema(responses=IndexSerializer)
    def get(self, request: Request) -> Response:
        """List every endpoint of this API."""
        from .endpoints import described  # the table contains this view

        form = VERSIONED if request.path.startswith(f"/{VERSIONED}") else ALIAS
        return Response({"endpoints": list(described(form))}, headers={"Cache-Control": PRIVATE})
