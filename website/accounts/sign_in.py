"""Who has to sign in, and where they go on to."""

from collections.abc import Callable
from functools import wraps
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from vf_edge.redirects import safe_next

CONTINUE_PATH = "/api/auth/continue/"
"""The identity provider's: renews an expired sign-in and comes back, or goes on to the login page."""

View = Callable[[HttpRequest], HttpResponse]


def signed_in(view: View) -> View:
    """``view``, for a signed-in person; anybody else is sent to sign in and comes back."""

    @wraps(view)
    def guarded(request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            return view(request)
        return HttpResponseRedirect(f"{CONTINUE_PATH}?{urlencode({'next': request.get_full_path()})}")

    return guarded


def next_page(request: HttpRequest) -> str:
    """Where the person goes on to: ``?next=`` if it is safe and is not the login page itself, else the dashboard."""
    fallback = reverse("dashboard")
    target = safe_next(request.GET.get("next"), base_domain=settings.BASE_DOMAIN, fallback=fallback)
    return fallback if urlsplit(target).path == reverse("login") else target
