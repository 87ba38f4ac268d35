"""The user of a request, as verified by the gateway."""

from typing import cast

from rest_framework.request import Request

from vf_django.users import EdgeUser


def edge_user(request: Request) -> EdgeUser:
    """Return the user of a request that passed ``IsAuthenticated``; not an :class:`accounts.models.User`, so without a
    query.
    """
    return cast(EdgeUser, request.user)
