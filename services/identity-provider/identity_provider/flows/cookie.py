"""The cookie ``vf_flow``: the key of a flow. Only the sign-in endpoints receive it."""

from django.http import HttpRequest, HttpResponse

from ..configuration import current
from ..signin.cookies import CookieForm, Others, narrow_form, shown
from ..signin.errors import AmbiguousCredential


def read(request: HttpRequest) -> str | None:
    """Return the key. Raises :class:`AmbiguousCredential` if there are two.

    A sibling subdomain can set a second cookie of this name. Using that one would let its owner continue the flow.
    """
    values = shown(request, current().sessions.cookie_names.flow)
    if len(values) > 1:
        raise AmbiguousCredential("two_flow_cookies")
    return values[0].decode("latin-1") if values else None


def set_key(response: HttpResponse, request: HttpRequest, key: str) -> None:
    """Set the cookie, unless the browser has it, and delete others of its name."""
    if shown(request, current().sessions.cookie_names.flow) == [key.encode()]:
        return
    form = _form(request)
    Others(request, from_number=1).delete_others_than(form, response)
    form.set(response, key, max_age=None)


def delete(response: HttpResponse, request: HttpRequest) -> None:
    """Delete the cookie if the request contains it."""
    if shown(request, current().sessions.cookie_names.flow):
        form = _form(request)
        Others(request).delete_others_than(form, response)
        form.delete(response)


def _form(request: HttpRequest) -> CookieForm:
    name = current().sessions.cookie_names.flow
    return narrow_form(request, name)
