"""Who makes a request, as the edge vouches for it."""

from typing import cast

from rest_framework.request import Request

from vf_django.users import EdgeUser


def edge_user(request: Request) -> EdgeUser:
    """The user of a request that passed ``IsAuthenticated``. Not an :class:`accounts.models.User`: no query is made."""
    return cast(EdgeUser, request.user)
