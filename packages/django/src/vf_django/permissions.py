"""Policies for DRF views. A view without one uses the default of the DRF settings."""

from typing import Any

from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from .users import EdgeUser


class HasRole(BasePermission):
    """Allows users who have at least one of :attr:`roles`. Anonymous requests get 401, other users 403."""

    roles: tuple[str, ...] = ()
    code = "role_required"
    message = "Your account doesn't have a role that this URL requires."

    def has_permission(self, request: Request, view: Any) -> bool:
        """Return True if the user has one of the roles."""
        user: object = request.user
        return isinstance(user, EdgeUser) and user.has_role(*self.roles)


def has_role(*roles: str) -> type[HasRole]:
    """Return a permission class for any of ``roles``: ``permission_classes = [has_role("operator", "admin")]``."""
    if not roles:
        raise ValueError("has_role needs at least one role")
    return type("HasRole_" + "_or_".join(roles), (HasRole,), {"roles": roles})
