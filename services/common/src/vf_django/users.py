"""Who makes a request: a user built from a verified identity. Nothing here touches a database.

Both classes answer the parts of Django's user API that views, templates and DRF ask for, so existing code
that says ``request.user.is_authenticated`` or ``request.user.has_perm(...)`` keeps working.
"""

from collections.abc import Iterable
from typing import Any, ClassVar

from django.conf import settings

from vf_tokens import Identity


class EdgeUser:
    """A signed-in user as the edge vouches for it."""

    is_authenticated: ClassVar[bool] = True
    is_anonymous: ClassVar[bool] = False
    is_active: ClassVar[bool] = True
    """A deactivated user's tokens are revoked at the edge, so a request that arrives is an active user's."""
    is_staff: ClassVar[bool] = False
    is_superuser: ClassVar[bool] = False

    __slots__ = ("identity",)

    def __init__(self, identity: Identity) -> None:
        self.identity = identity

    @property
    def id(self) -> str:
        """The opaque user id. Store it as text; never parse it."""
        return self.identity.user_id

    pk = id

    @property
    def username(self) -> str:
        """The sign-in name; it can change, ``id`` cannot."""
        return self.identity.username

    @property
    def email(self) -> str:
        """The e-mail address; may be empty."""
        return self.identity.email

    @property
    def roles(self) -> tuple[str, ...]:
        """The role names that the edge vouches for."""
        return self.identity.roles

    @property
    def session_id(self) -> str:
        """The sign-in that this request belongs to."""
        return self.identity.session_id

    def has_role(self, *roles: str) -> bool:
        """True if the user has at least one of ``roles``."""
        return self.identity.has_role(*roles)

    def get_username(self) -> str:
        """The sign-in name, as ``AbstractBaseUser.get_username``."""
        return self.username

    def get_all_permissions(self, obj: object = None) -> set[str]:
        """The permissions that the setting ``VF_ROLE_PERMISSIONS`` gives to the user's roles."""
        granted: dict[str, Iterable[str]] = getattr(settings, "VF_ROLE_PERMISSIONS", {})
        return {permission for role in self.roles for permission in granted.get(role, ())}

    def has_perm(self, perm: str, obj: object = None) -> bool:
        """True if one of the user's roles grants ``perm`` (``app_label.codename``)."""
        return perm in self.get_all_permissions(obj)

    def has_perms(self, perm_list: Iterable[str], obj: object = None) -> bool:
        """True if the user has every one of the permissions."""
        return set(perm_list) <= self.get_all_permissions(obj)

    def has_module_perms(self, app_label: str) -> bool:
        """True if the user has any permission of the app."""
        return any(permission.startswith(f"{app_label}.") for permission in self.get_all_permissions())

    def __str__(self) -> str:
        return self.username

    def __repr__(self) -> str:
        return f"<EdgeUser {self.id!r}>"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, EdgeUser) and other.id == self.id

    def __hash__(self) -> int:
        return hash(self.id)


class AnonymousUser:
    """Nobody: the request has no identity, or none that could be believed.

    Django's own class lives beside its user tables and cannot be imported without them.
    """

    id: ClassVar[None] = None
    pk: ClassVar[None] = None
    username: ClassVar[str] = ""
    email: ClassVar[str] = ""
    roles: ClassVar[tuple[str, ...]] = ()
    session_id: ClassVar[str] = ""
    is_authenticated: ClassVar[bool] = False
    is_anonymous: ClassVar[bool] = True
    is_active: ClassVar[bool] = False
    is_staff: ClassVar[bool] = False
    is_superuser: ClassVar[bool] = False

    __slots__ = ()

    def has_role(self, *roles: str) -> bool:
        """Nobody has a role."""
        return False

    def get_username(self) -> str:
        """The empty name."""
        return ""

    def get_all_permissions(self, obj: object = None) -> set[str]:
        """Nobody has a permission."""
        return set()

    def has_perm(self, perm: str, obj: object = None) -> bool:
        """Nobody has a permission."""
        return False

    def has_perms(self, perm_list: Iterable[str], obj: object = None) -> bool:
        """True for no permissions at all, as in Django."""
        return not list(perm_list)

    def has_module_perms(self, app_label: str) -> bool:
        """Nobody has a permission."""
        return False

    def __str__(self) -> str:
        return "AnonymousUser"

    def __eq__(self, other: Any) -> bool:
        return isinstance(other, AnonymousUser)

    def __hash__(self) -> int:
        return 1


User = EdgeUser | AnonymousUser
"""What ``request.user`` is."""
