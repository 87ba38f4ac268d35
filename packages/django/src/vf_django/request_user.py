"""The user of a request, in each of the forms that Django provides."""

from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest

from .users import AnonymousUser, EdgeUser, User


def set_user(request: HttpRequest, user: User) -> None:
    """Set ``request.user`` and ``request.auser()``.

    Django's AuthenticationMiddleware sets both. Replacing only the first would give async views the session's user.
    """

    async def auser() -> User:
        return user

    request.user = user  # type: ignore[assignment]
    request.auser = auser  # type: ignore[assignment]


def refuse_forced_user(request: HttpRequest) -> None:
    """Raise :class:`ImproperlyConfigured` for a user of ``APIClient.force_authenticate`` that no real request can have.

    With a user that is a database row, a test would pass, while the live service has no row: a foreign key or a method
    of the project's own user model would cause a 500.
    """
    forced = getattr(request, "_force_auth_user", None)
    if forced is not None and not isinstance(forced, EdgeUser | AnonymousUser):
        raise ImproperlyConfigured(
            f"force_authenticate() was given a {type(forced).__name__}, but request.user is always an EdgeUser here. "
            "Use vf_django.testing.as_user(client, user_id=..., roles=...) instead: it signs real identity headers."
        )
