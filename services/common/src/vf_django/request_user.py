"""Who a request is from, in each of the ways in which Django hands it out."""

from django.http import HttpRequest

from .users import User


def set_user(request: HttpRequest, user: User) -> None:
    """Set ``request.user`` and ``request.auser()``.

    Django's AuthenticationMiddleware makes both; replacing only the first left async views with the session's user.
    """

    async def auser() -> User:
        return user

    request.user = user  # type: ignore[assignment]
    request.auser = auser  # type: ignore[assignment]
