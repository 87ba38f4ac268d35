"""Who makes a request: a user built from a verified identity. Nothing here touches a database.

Both classes have all of what Django's ``AbstractBaseUser``, ``PermissionsMixin`` and ``AnonymousUser`` offer to views,
templates, decorators and DRF, synchronous and asynchronous. Existing code that says ``request.user.is_authenticated``
or ``request.user.has_perm(...)`` keeps working. What only a stored account can do raises :class:`NoStoredAccount`.
"""

import unicodedata
from collections.abc import Iterable, Iterator
from typing import Any, ClassVar, NoReturn, Self

from django.conf import settings

from vf_tokens import Identity


class UserAsValue(Exception):
    """A user, or its text, was given to a database query or column.

    ``str(user)`` is the username, as in Django, and can change. Rows under it would be lost, or belong to whoever has
    the name next.
    """

    def __init__(self) -> None:
        super().__init__(
            "request.user is not a database value. Store and query request.user.id: it never changes, "
            "while str(request.user) is the username, which can. To show a name, store request.user.username."
        )


class NoStoredAccount(NotImplementedError):
    """The account is at the identity provider: here is nothing to save, delete or give a password."""

    def __init__(self) -> None:
        super().__init__("The user of an edge identity has no row here. Its account belongs to the identity provider.")


class _Shown(str):
    """``str(user)``: for templates and logs an ordinary string, for a database an error.

    ``CharField`` keeps a string as it is, so this one arrives where it would be stored or compared. Fields of forms
    and serializers make text of it once more and strip it, which leaves it what it is.
    """

    __slots__ = ()

    def __str__(self) -> str:
        return self

    def strip(self, chars: str | None = None, /) -> str:
        """As ``str.strip``."""
        return _Shown(super().strip(chars))

    def resolve_expression(self, *_args: object, **_options: object) -> NoReturn:
        """What Django calls on a value that is no plain one, in each query and each save."""
        raise UserAsValue


class _NoRow:
    """What belongs to an account that is a row, and to no other."""

    __slots__ = ()

    password: ClassVar[str] = ""
    last_login: ClassVar[None] = None
    REQUIRED_FIELDS: ClassVar[tuple[str, ...]] = ()

    def resolve_expression(self, *_args: object, **_options: object) -> NoReturn:
        """Raise :class:`UserAsValue`: ``filter(owner=request.user)``, ``Order(owner=request.user).save()``."""
        raise UserAsValue

    @property
    def contains_aggregate(self) -> NoReturn:
        """Raise :class:`UserAsValue`: what Django asks first of a member of ``filter(owner__in={request.user})``."""
        raise UserAsValue

    def save(self, *_args: object, **_options: object) -> NoReturn:
        """Raise :class:`NoStoredAccount`."""
        raise NoStoredAccount

    def delete(self, *_args: object, **_options: object) -> NoReturn:
        """Raise :class:`NoStoredAccount`."""
        raise NoStoredAccount

    def set_password(self, raw_password: str | None) -> NoReturn:
        """Raise :class:`NoStoredAccount`."""
        raise NoStoredAccount

    def set_unusable_password(self) -> NoReturn:
        """Raise :class:`NoStoredAccount`."""
        raise NoStoredAccount

    def check_password(self, raw_password: str) -> NoReturn:
        """Raise :class:`NoStoredAccount`."""
        raise NoStoredAccount

    async def acheck_password(self, raw_password: str) -> NoReturn:
        """Raise :class:`NoStoredAccount`."""
        raise NoStoredAccount

    def has_usable_password(self) -> bool:
        """False: nobody signs in here with a password."""
        return False

    def clean(self) -> NoReturn:
        """Raise :class:`NoStoredAccount`."""
        raise NoStoredAccount

    def natural_key(self) -> NoReturn:
        """Raise :class:`NoStoredAccount`."""
        raise NoStoredAccount

    def get_session_auth_hash(self) -> NoReturn:
        """Raise :class:`NoStoredAccount`: ``django.contrib.auth.login`` makes a session for a row."""
        raise NoStoredAccount

    def get_session_auth_fallback_hash(self) -> NoReturn:
        """Raise :class:`NoStoredAccount`."""
        raise NoStoredAccount

    @classmethod
    def get_email_field_name(cls) -> str:
        """As ``AbstractBaseUser.get_email_field_name``."""
        return "email"

    @classmethod
    def normalize_username(cls, username: str) -> str:
        """As ``AbstractBaseUser.normalize_username``."""
        return unicodedata.normalize("NFKC", username) if isinstance(username, str) else username


class _NoRows:
    """What ``user.groups`` and ``user.user_permissions`` are: a manager, and a query set, that finds nothing."""

    __slots__ = ()

    def all(self, *_args: object, **_options: object) -> Self:
        """Itself, as each method by which a query is narrowed."""
        return self

    filter = exclude = order_by = distinct = none = values = values_list = only = get_queryset = all
    select_related = prefetch_related = all

    def exists(self) -> bool:
        """False."""
        return False

    def count(self) -> int:
        """0."""
        return 0

    def first(self) -> None:
        """None."""

    last = first

    async def aexists(self) -> bool:
        """False."""
        return False

    async def acount(self) -> int:
        """0."""
        return 0

    async def afirst(self) -> None:
        """None."""

    alast = afirst

    def __iter__(self) -> Iterator[NoReturn]:
        return iter(())

    def __len__(self) -> int:
        return 0


class _Permissions:
    """Django's permission methods over one set of permissions."""

    __slots__ = ()

    is_superuser: ClassVar[bool] = False
    is_staff: ClassVar[bool] = False
    groups: ClassVar[_NoRows] = _NoRows()
    """Empty: roles take the place of groups, and their permissions are in ``VF_ROLE_PERMISSIONS``."""
    user_permissions: ClassVar[_NoRows] = _NoRows()

    def get_all_permissions(self, obj: object = None) -> set[str]:
        """Every permission that the user has."""
        return set()

    def get_group_permissions(self, obj: object = None) -> set[str]:
        """Those that come from roles, which are all."""
        return self.get_all_permissions(obj)

    def get_user_permissions(self, obj: object = None) -> set[str]:
        """None: a permission comes from a role."""
        return set()

    def has_perm(self, perm: str, obj: object = None) -> bool:
        """True if one of the user's roles grants ``perm`` (``app_label.codename``)."""
        return perm in self.get_all_permissions(obj)

    def has_perms(self, perm_list: Iterable[str], obj: object = None) -> bool:
        """True if the user has every one of the permissions. Raises :class:`ValueError` for a string, as Django's."""
        if isinstance(perm_list, str):
            raise ValueError("perm_list must be an iterable of permissions.")
        return set(perm_list) <= self.get_all_permissions(obj)

    def has_module_perms(self, app_label: str) -> bool:
        """True if the user has any permission of the app."""
        return any(permission.startswith(f"{app_label}.") for permission in self.get_all_permissions())

    async def aget_all_permissions(self, obj: object = None) -> set[str]:
        """As :meth:`get_all_permissions`. Nothing is waited for, here and below."""
        return self.get_all_permissions(obj)

    async def aget_group_permissions(self, obj: object = None) -> set[str]:
        """As :meth:`get_group_permissions`."""
        return self.get_group_permissions(obj)

    async def aget_user_permissions(self, obj: object = None) -> set[str]:
        """As :meth:`get_user_permissions`."""
        return self.get_user_permissions(obj)

    async def ahas_perm(self, perm: str, obj: object = None) -> bool:
        """As :meth:`has_perm`."""
        return self.has_perm(perm, obj)

    async def ahas_perms(self, perm_list: Iterable[str], obj: object = None) -> bool:
        """As :meth:`has_perms`."""
        return self.has_perms(perm_list, obj)

    async def ahas_module_perms(self, app_label: str) -> bool:
        """As :meth:`has_module_perms`."""
        return self.has_module_perms(app_label)


class EdgeUser(_Permissions, _NoRow):
    """A signed-in user as the edge vouches for it."""

    is_authenticated: ClassVar[bool] = True
    is_anonymous: ClassVar[bool] = False
    is_active: ClassVar[bool] = True
    """A deactivated user's tokens are revoked at the edge, so a request that arrives is an active user's."""

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

    def __str__(self) -> str:
        return _Shown(self.username)

    def __repr__(self) -> str:
        return f"<EdgeUser {self.id!r}>"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, EdgeUser) and other.id == self.id

    def __hash__(self) -> int:
        return hash(self.id)


class AnonymousUser(_Permissions, _NoRow):
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

    __slots__ = ()

    def has_role(self, *roles: str) -> bool:
        """Nobody has a role."""
        return False

    def get_username(self) -> str:
        """The empty name."""
        return ""

    def __str__(self) -> str:
        return _Shown("AnonymousUser")

    def __eq__(self, other: Any) -> bool:
        return isinstance(other, AnonymousUser)

    def __hash__(self) -> int:
        return 1


User = EdgeUser | AnonymousUser
"""What ``request.user`` is."""
