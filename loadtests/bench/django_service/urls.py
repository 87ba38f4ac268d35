"""The only URL pattern."""

from django.urls import path
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView


class WhoAmI(APIView):
    """``GET /whoami/``."""

    def get(self, request: Request) -> Response:
        """Return the user's name."""
        return Response({"username": request.user.username})


urlpatterns = [path("whoami/", WhoAmI.as_view())]
