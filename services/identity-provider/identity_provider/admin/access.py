"""Who may use the admin.

The gateway requires the role ``operator`` for the whole host, from the access token. The token can be some minutes old,
so each request reads the rows again: the account must be active and have the role now, and the session must be live.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import wraps
from typing import Any, cast

from django.http import HttpRequest, HttpResponseBase
from django.views.decorators.http import require_safe

from vf_django.denied import CREDENTIAL_REQUIRED
from vf_django.permissions import HasRole
from vf_django.problems import ProblemResponse
from vf_django.users import AnonymousUser, EdgeUser
from vf_edge.problems import Problem

from .. import audit
from ..edge import IMPERSONATED, ByPerson, NotImpersonated, is_program
from ..roles import OPERATOR
from ..signin.models import Session
from ..signin.services import roles_in

View = Callable[..., HttpResponseBase]

ROLE_REQUIRED = Problem(403, HasRole.code, HasRole.message)
PROGRAM = Problem(403, ByPerson.code, ByPerson.message)
ACTING = Problem(403, NotImpersonated.code, IMPERSONATED)


def for_operators(view: View) -> View:
    """Return ``view``, which only operators get, and only to read: there is no form that another site could send."""

    @require_safe
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        refusal = refusal_of(cast("EdgeUser | AnonymousUser", request.user), now=datetime.now(UTC))
        if refusal is None:
            return view(request, *args, **kwargs)
        match = request.resolver_match
        audit.record(
            audit.Event.REQUEST_REFUSED,
            user_id=request.user.pk,
            reason=refusal.code,
            endpoint=match.view_name if match else None,
        )
        return ProblemResponse(request, refusal)

    return guarded


def refusal_of(user: EdgeUser | AnonymousUser, *, now: datetime) -> Problem | None:
    """Return why this user may not use the admin; None for an operator. One query, and one more for a second factor."""
    if not isinstance(user, EdgeUser):
        return CREDENTIAL_REQUIRED
    if is_program(user):
        return PROGRAM
    if user.actor_id is not None:
        return ACTING
    session = Session.objects.select_related("user").filter(pk=user.session_id, user_id=user.id).first()
    if session is None or not session.is_live(now) or not session.user.is_active:
        return CREDENTIAL_REQUIRED
    if session.actor:
        return ACTING
    if not user.has_role(OPERATOR) or OPERATOR not in roles_in(session, session.user):
        return ROLE_REQUIRED
    return None
