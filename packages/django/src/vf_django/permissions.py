"""Policies for DRF views. A view declares one; without, DRF's default of the settings holds."""

from typing import Any

from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from .users import EdgeUser


class HasRole(BasePermission):
    """Lets users through who have at least one of :attr:`roles`; anonymous ones get 401, others 403."""

    roles: tuple[str, ...] = ()
    code = "role_required"
    message = "Your account doesn't have a role that this URL requires."

    def has_permission(self, request: Request, view: Any) -> bool:
        """True if the user has one of the roles."""
        user: object = request.user
        return isinstance(user, EdgeUser) and user.has_role(*self.roles)


def has_role(*roles: str) -> type[HasRole]:
    """A permission class for any of ``roles``: ``permission_classes = [has_role("operator", "admin")]``."""
    if not roles:
        raise ValueError("has_role needs at least one role")
    return type("HasRole_" + "_or_".join(roles), (HasRole,), {"roles": roles})
