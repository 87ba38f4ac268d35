"""Pages that require sign-in, and the page that follows it."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from vf_edge.redirects import safe_next

CONTINUE_PATH = "/api/auth/continue/"
"""The identity provider's endpoint that renews an expired access token and redirects back, or to the sign-in page."""

SIGN_IN_PAGES = ("login", "register", "forgot-password", "code")
"""Names of the pages for anonymous users. None of them is the page after sign-in."""

View = Callable[..., HttpResponse]


def signed_in(view: View) -> View:
    """Return ``view`` for signed-in users. Anonymous users are redirected to the sign-in page, which returns here."""

    @wraps(view)
    def guarded(request: HttpRequest, **parameters: Any) -> HttpResponse:
        if request.user.is_authenticated:
            return view(request, **parameters)
        return HttpResponseRedirect(f"{CONTINUE_PATH}?{urlencode({'next': request.get_full_path()})}")

    return guarded


def next_page(request: HttpRequest) -> str:
    """Return the page after sign-in: ``?next=`` if it is safe and not one of ``SIGN_IN_PAGES``, else the dashboard."""
    fallback = reverse("dashboard")
    target = safe_next(request.GET.get("next"), base_domain=settings.BASE_DOMAIN, fallback=fallback)
    return fallback if urlsplit(target).path in map(reverse, SIGN_IN_PAGES) else target
