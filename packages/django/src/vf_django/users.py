"""Users built from a verified identity, without a database.

Both classes have everything that Django's ``AbstractBaseUser``, ``PermissionsMixin`` and ``AnonymousUser`` offer to
views, templates, decorators and DRF, synchronous and asynchronous. Existing code with ``request.user.is_authenticated``
or ``request.user.has_perm(...)`` keeps working. Methods that need a stored account raise :class:`NoStoredAccount`.
"""

import unicodedata
from collections.abc import Iterable, Iterator
from typing import Any, ClassVar, NoReturn, Self

from django.conf import settings

from vf_tokens import Identity


class UserAsValue(Exception):
    """A user, or ``str(user)``, was passed to a database query or column.

    ``str(user)`` is the username, as in Django, and can change. Rows stored under it would be lost, or would belong to
    the next user with that name.
    """

    def __init__(self) -> None:
        super().__init__(
            "request.user is not a database value. Store and query request.user.id: it never changes, "
            "while str(request.user) is the username, which can. To show a name, store request.user.username."
        )


class NoStoredAccount(NotImplementedError):
    """The account is stored at the identity provider, so a service can't save, delete or give it a password."""

    def __init__(self) -> None:
        super().__init__("The user of an edge identity has no row here. Its account belongs to the identity provider.")


class _Shown(str):
    """``str(user)``: a normal string in templates and logs, an error in database queries.

    ``CharField`` doesn't copy a string, so this class reaches the query. Form and serializer fields call ``str()`` and
    ``strip()``, both of which keep the class.
    """

    __slots__ = ()

    def __str__(self) -> str:
        return self

    def strip(self, chars: str | None = None, /) -> str:
        """Return this object, with the text stripped."""
        return _Shown(super().strip(chars))

    def resolve_expression(self, *_args: object, **_options: object) -> NoReturn:
        """Raise an error: Django calls this for every value in queries and saves that isn't a plain one."""
        raise UserAsValue


class _NoRow:
    """Members that only make sense for an account that is a database row."""

    __slots__ = ()

    password: ClassVar[str] = ""
    last_login: ClassVar[None] = None
    REQUIRED_FIELDS: ClassVar[tuple[str, ...]] = ()

    def resolve_expression(self, *_args: object, **_options: object) -> NoReturn:
        """Raise :class:`UserAsValue`: ``filter(owner=request.user)``, ``Order(owner=request.user).save()``."""
        raise UserAsValue

    @property
    def contains_aggregate(self) -> NoReturn:
        """Raise :class:`UserAsValue`: Django reads this first for a member of ``filter(owner__in={request.user})``."""
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
        """Return False: services don't check passwords."""
        return False

    def clean(self) -> NoReturn:
        """Raise :class:`NoStoredAccount`."""
        raise NoStoredAccount

    def natural_key(self) -> NoReturn:
        """Raise :class:`NoStoredAccount`."""
        raise NoStoredAccount

    def get_session_auth_hash(self) -> NoReturn:
        """Raise :class:`NoStoredAccount`: ``django.contrib.auth.login`` would start a session for a row."""
        raise NoStoredAccount

    def get_session_auth_fallback_hash(self) -> NoReturn:
        """Raise :class:`NoStoredAccount`."""
        raise NoStoredAccount

    @classmethod
    def get_email_field_name(cls) -> str:
        """Return the name as ``AbstractBaseUser.get_email_field_name`` does."""
        return "email"

    @classmethod
    def normalize_username(cls, username: str) -> str:
        """Return the name as ``AbstractBaseUser.normalize_username`` does."""
        return unicodedata.normalize("NFKC", username) if isinstance(username, str) else username


class _NoRows:
    """An empty manager and query set, for ``user.groups`` and ``user.user_permissions``."""

    __slots__ = ()

    def all(self, *_args: object, **_options: object) -> Self:
        """Return this object, as for each method that narrows a query."""
        return self

    filter = exclude = order_by = distinct = none = values = values_list = only = get_queryset = all
    select_related = prefetch_related = all

    def exists(self) -> bool:
        """Return False."""
        return False

    def count(self) -> int:
        """Return 0."""
        return 0

    def first(self) -> None:
        """Return None."""

    last = first

    async def aexists(self) -> bool:
        """Return False."""
        return False

    async def acount(self) -> int:
        """Return 0."""
        return 0

    async def afirst(self) -> None:
        """Return None."""

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
    """Empty: roles replace groups. ``VF_ROLE_PERMISSIONS`` contains their permissions."""
    user_permissions: ClassVar[_NoRows] = _NoRows()

    def get_all_permissions(self, obj: object = None) -> set[str]:
        """Return every permission that the user has."""
        return set()

    def get_group_permissions(self, obj: object = None) -> set[str]:
        """Return the permissions that come from roles, which are all."""
        return self.get_all_permissions(obj)

    def get_user_permissions(self, obj: object = None) -> set[str]:
        """Return an empty set: all permissions come from roles."""
        return set()

    def has_perm(self, perm: str, obj: object = None) -> bool:
        """Return True if one of the user's roles grants ``perm`` (``app_label.codename``)."""
        return perm in self.get_all_permissions(obj)

    def has_perms(self, perm_list: Iterable[str], obj: object = None) -> bool:
        """Return True if the user has every one of the permissions. Raises :class:`ValueError` for a string, as Django
        does.
        """
        if isinstance(perm_list, str):
            raise ValueError("perm_list must be an iterable of permissions.")
        return set(perm_list) <= self.get_all_permissions(obj)

    def has_module_perms(self, app_label: str) -> bool:
        """Return True if the user has any permission of the app."""
        return any(permission.startswith(f"{app_label}.") for permission in self.get_all_permissions())

    async def aget_all_permissions(self, obj: object = None) -> set[str]:
        """Return what :meth:`get_all_permissions` returns. None of the async methods waits."""
        return self.get_all_permissions(obj)

    async def aget_group_permissions(self, obj: object = None) -> set[str]:
        """Return what :meth:`get_group_permissions` returns."""
        return self.get_group_permissions(obj)

    async def aget_user_permissions(self, obj: object = None) -> set[str]:
        """Return what :meth:`get_user_permissions` returns."""
        return self.get_user_permissions(obj)

    async def ahas_perm(self, perm: str, obj: object = None) -> bool:
        """Return what :meth:`has_perm` returns."""
        return self.has_perm(perm, obj)

    async def ahas_perms(self, perm_list: Iterable[str], obj: object = None) -> bool:
        """Return what :meth:`has_perms` returns."""
        return self.has_perms(perm_list, obj)

    async def ahas_module_perms(self, app_label: str) -> bool:
        """Return what :meth:`has_module_perms` returns."""
        return self.has_module_perms(app_label)


class EdgeUser(_Permissions, _NoRow):
    """A signed-in user with the identity that the gateway verified."""

    is_authenticated: ClassVar[bool] = True
    is_anonymous: ClassVar[bool] = False
    is_active: ClassVar[bool] = True
    """Always True: the gateway rejects the tokens of a deactivated user."""

    __slots__ = ("identity",)

    def __init__(self, identity: Identity) -> None:
        self.identity = identity

    @property
    def id(self) -> str:
        """Return the opaque user ID. Store it as text; never parse it."""
        return self.identity.user_id

    pk = id

    @property
    def username(self) -> str:
        """Return the username. It can change; ``id`` can't."""
        return self.identity.username

    @property
    def email(self) -> str:
        """Return the email address, which may be empty."""
        return self.identity.email

    @property
    def roles(self) -> tuple[str, ...]:
        """Return the verified role names."""
        return self.identity.roles

    @property
    def session_id(self) -> str:
        """Return the ID of the session that this request belongs to."""
        return self.identity.session_id

    @property
    def actor_id(self) -> str | None:
        """Return the user ID of the operator who acts as this user, None if the user acts."""
        return self.identity.actor_id or None

    def has_role(self, *roles: str) -> bool:
        """Return True if the user has at least one of ``roles``."""
        return self.identity.has_role(*roles)

    def get_username(self) -> str:
        """Return the username, as ``AbstractBaseUser.get_username`` does."""
        return self.username

    def get_all_permissions(self, obj: object = None) -> set[str]:
        """Return the permissions that the setting ``VF_ROLE_PERMISSIONS`` gives to the user's roles."""
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
    """The user of a request without a verified identity.

    Django's own class can't be imported without its user tables.
    """

    id: ClassVar[None] = None
    pk: ClassVar[None] = None
    username: ClassVar[str] = ""
    email: ClassVar[str] = ""
    roles: ClassVar[tuple[str, ...]] = ()
    session_id: ClassVar[str] = ""
    actor_id: ClassVar[None] = None
    is_authenticated: ClassVar[bool] = False
    is_anonymous: ClassVar[bool] = True
    is_active: ClassVar[bool] = False

    __slots__ = ()

    def has_role(self, *roles: str) -> bool:
        """Return False: anonymous users have no roles."""
        return False

    def get_username(self) -> str:
        """Return an empty name."""
        return ""

    def __str__(self) -> str:
        return _Shown("AnonymousUser")

    def __eq__(self, other: Any) -> bool:
        return isinstance(other, AnonymousUser)

    def __hash__(self) -> int:
        return 1


User = EdgeUser | AnonymousUser
"""The type of ``request.user``."""
