"""The user of a request, as verified by the gateway."""

from typing import Any, cast

from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request

from vf_django.users import EdgeUser

GRANT = "gnt"
"""Prefix of the ``sid`` in access tokens that a program got for its own credential. Sessions have ``ses``."""

IMPERSONATED = "You act as another user. Only that user can do this. Stop acting as the user first."


def edge_user(request: Request) -> EdgeUser:
    """Return the user of a request that passed ``IsAuthenticated``; not an :class:`accounts.models.User`, so without a
    query.
    """
    return cast(EdgeUser, request.user)


def is_program(user: EdgeUser) -> bool:
    """Return True if the access token was issued for a program's own credential."""
    return user.session_id.startswith(f"{GRANT}_")


class ByPerson(BasePermission):
    """Rejects access tokens of programs: otherwise one with few scopes could create a credential with more of them.

    A default for every endpoint of this service that doesn't name its own permissions.
    """

    code = "program_not_allowed"
    message = "A program can't use this URL. Sign in as a user."

    def has_permission(self, request: Request, view: Any) -> bool:
        """Return True if the access token belongs to a session."""
        return not is_program(edge_user(request))


class NotImpersonated(BasePermission):
    """Rejects changes by an operator who acts as the user: they would be the user's own, such as a new password.

    A default for every endpoint of this service that doesn't name its own permissions.
    """

    code = "impersonated"
    message = IMPERSONATED

    def has_permission(self, request: Request, view: Any) -> bool:
        """Return True if the user acts, or if nothing is changed."""
        return request.method in SAFE_METHODS or edge_user(request).actor_id is None
