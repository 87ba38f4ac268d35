"""One URL that returns what arrived at the service."""

from django.conf import settings
from django.urls import path
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from vf_django.urls import internal_urlpatterns


@api_view(["GET", "POST"])
def orders(request: Request) -> Response:
    """Return the user, and the credentials in the request."""
    credentials = [name for name in ("Authorization", "Cookie") if name in request.headers]
    user = {"id": request.user.id, "name": request.user.username, "roles": sorted(request.user.roles)}
    return Response({"user": user, "credentials": credentials, "greeting": settings.GREETING})


urlpatterns = [*internal_urlpatterns, path("api/orders/", orders)]
