"""Pages for operators. The gateway requires the role for them, and so does each of them."""

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from accounts.sign_in import signed_in
from django.http import HttpRequest, HttpResponse
from website.errors import role_required

from vf_django.users import EdgeUser

OPERATOR = "operator"
"""The role that administers accounts."""


def for_operators(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Return ``view`` for operators.

    Anonymous users are redirected to sign-in. Users without the role get a page that names it.
    """

    @wraps(view)
    def guarded(request: HttpRequest, **parameters: Any) -> HttpResponse:
        if cast(EdgeUser, request.user).has_role(OPERATOR):
            return view(request, **parameters)
        return role_required(request, OPERATOR)

    return signed_in(guarded)
