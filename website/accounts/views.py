"""The sign-in page and the user's profile. These views render only templates: JavaScript sends forms and loads data."""

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_safe

from .sign_in import next_page, signed_in


@require_safe
def login(request: HttpRequest) -> HttpResponse:
    """Render the sign-in form; for a signed-in user, the choice to continue or to switch users (``?switch=1``).

    The identity provider's ``continue`` adds ``?renew=1`` if another tab was renewing the session at that moment.
    """
    target = next_page(request)
    renew = "renew" in request.GET
    if renew and request.user.is_authenticated:
        return HttpResponseRedirect(target)
    switch = {"switch": "1", "next": target}
    context = {
        "next": target,
        "switch_url": f"?{urlencode(switch)}",
        "signed_in": request.user.is_authenticated and "switch" not in request.GET,
        "renew": renew,
        "signed_out": "signed_out" in request.GET,
        "cookie_problem": request.GET.get("problem") == "cookies",
    }
    return render(request, "accounts/login.html", context)


@require_safe
@signed_in
def profile(request: HttpRequest) -> HttpResponse:
    """Render the user's profile."""
    return render(request, "accounts/profile.html")
