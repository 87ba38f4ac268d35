"""Who a request is from, in each of the ways in which Django hands it out."""

from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest

from .users import AnonymousUser, EdgeUser, User


def set_user(request: HttpRequest, user: User) -> None:
    """Set ``request.user`` and ``request.auser()``.

    Django's AuthenticationMiddleware makes both; replacing only the first left async views with the session's user.
    """

    async def auser() -> User:
        return user

    request.user = user  # type: ignore[assignment]
    request.auser = auser  # type: ignore[assignment]


def refuse_forced_user(request: HttpRequest) -> None:
    """Raise :class:`ImproperlyConfigured` for a user of ``APIClient.force_authenticate`` that no request can have.

    A test with a user that is a row shows that views work with rows. The live service has none: a foreign key or a
    method of the project's own user model is a 500 there, while the test stays green.
    """
    forced = getattr(request, "_force_auth_user", None)
    if forced is not None and not isinstance(forced, EdgeUser | AnonymousUser):
        raise ImproperlyConfigured(
            f"force_authenticate() was given a {type(forced).__name__}, but request.user is always an EdgeUser here. "
            "Use vf_django.testing.as_user(client, user_id=..., roles=...) instead: it signs real identity headers."
        )
