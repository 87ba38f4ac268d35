"""The pages for sign-in and for the user's account. Views only render templates: scripts send forms and load data."""

from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from .sign_in import next_page, signed_in
from .waiting import duration

PROVIDER_PROBLEMS = {
    "provider_refused": _("Sign-in with the other provider was not completed. Try again."),
    "provider_unavailable": _("The other provider is unavailable. Try again later, or sign in another way."),
    "flow_ended": _("This sign-in has expired. Start again."),
    "sign_up_closed": _("You can't create an account here. Ask an operator for one."),
    "email_in_use": _(
        "You already have an account. Sign in to it, then connect the provider in your security settings."
    ),
    "email_missing": _("The provider shared no email address. Allow it there, or create an account with a password."),
    "invalid_credentials": _("You can't sign in with this account of the other provider. Sign in another way."),
    "too_many_emails": _("Too many emails were requested. Use the latest email, or try again later."),
    "connected_elsewhere": _("This user of the other provider is connected to another account."),
}
"""Why a sign-in with another provider, or connecting it, failed, by the code in ``?problem=``."""


SIGN_IN_PROBLEMS = {
    "invalid_credentials": _("Incorrect username or password."),
    "validation_failed": _("Enter your email or username, and your password."),
    "flow_ended": _("This sign-in has expired. Start again."),
}
"""Why a sign-in form that was sent without a script failed, by the code in ``?failed=``."""

STEP_PROBLEMS = {"validation_failed": _("Incorrect code. Each code works once.")}
"""The same, for the steps after the first form."""

STEPS = ("verify_email", "mfa")
"""The steps to which a form or another provider can lead: ``?step=``."""

MAX_WAIT = 86_400


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
        "switch_url": f"?{urlencode(switch)}",
        "signed_in": request.user.is_authenticated and "switch" not in request.GET,
        "renew": renew,
        "signed_out": "signed_out" in request.GET,
        "cookie_problem": request.GET.get("problem") == "cookies",
        "provider_problem": PROVIDER_PROBLEMS.get(request.GET.get("problem", "")),
        **_failure(request),
        **_sign_in_context(request),
    }
    return render(request, "accounts/login.html", context)


@require_safe
def register(request: HttpRequest) -> HttpResponse:
    """Render the form for a new account, or a notice if ``VF_SIGN_UP`` permits none."""
    context = {"sign_up": settings.VF_SIGN_UP, **_sign_in_context(request)}
    return render(request, "accounts/register.html", context)


@require_safe
def forgot_password(request: HttpRequest) -> HttpResponse:
    """Render the forms for a code by email and, with it, a new password."""
    return render(request, "accounts/forgot_password.html", _sign_in_context(request))


@require_safe
def code(request: HttpRequest) -> HttpResponse:
    """Render the forms for a sign-in with a code from an email."""
    return render(request, "accounts/code.html", _sign_in_context(request))


@require_safe
def change_password(request: HttpRequest) -> HttpResponse:
    """Redirect ``/.well-known/change-password``, which password managers open, to the page with the form."""
    return HttpResponseRedirect(reverse("security"))


@require_safe
@signed_in
def profile(request: HttpRequest) -> HttpResponse:
    """Render the user's profile."""
    return render(request, "accounts/profile.html")


@require_safe
@signed_in
def details(request: HttpRequest) -> HttpResponse:
    """Render the forms for name, language, time zone and email address."""
    return render(request, "accounts/details.html")


@require_safe
@signed_in
def security(request: HttpRequest) -> HttpResponse:
    """Render the forms for password, second factors and other providers.

    A provider leads back with ``?connected=`` or ``?problem=``.
    """
    context = {
        "connected": "connected" in request.GET,
        "problem": PROVIDER_PROBLEMS.get(request.GET.get("problem", "")),
    }
    return render(request, "accounts/security.html", context)


@require_safe
@signed_in
def sessions(request: HttpRequest) -> HttpResponse:
    """Render the list of the user's sessions."""
    return render(request, "accounts/sessions.html")


@require_safe
@signed_in
def activity(request: HttpRequest) -> HttpResponse:
    """Render the list of what happened to the account."""
    return render(request, "accounts/activity.html")


@require_safe
@signed_in
def tokens(request: HttpRequest) -> HttpResponse:
    """Render the user's personal access tokens."""
    return render(request, "accounts/tokens.html")


@require_safe
@signed_in
def data(request: HttpRequest) -> HttpResponse:
    """Render the export of the user's data, and the form that closes the account."""
    return render(request, "accounts/data.html")


def _failure(request: HttpRequest) -> dict[str, object]:
    """Return the step to show, and why the form of this page failed: ``?failed=``, and ``?wait=`` in seconds."""
    step = request.GET.get("step", "")
    step = step if step in STEPS else ""
    code = request.GET.get("failed")
    if code is None:
        return {"step": step}
    given = request.GET.get("wait", "")
    wait = int(given) if given.isascii() and given.isdigit() and len(given) < 6 else 0
    if code == "too_many_attempts" and 0 < wait <= MAX_WAIT:
        words = gettext("Too many sign-in attempts. Try again in %(duration)s.") % {"duration": duration(wait)}
        return {"step": step, "failed": words, "wait": wait}
    problems = {**SIGN_IN_PROBLEMS, **(STEP_PROBLEMS if step else {})}
    return {"step": step, "failed": problems.get(code, _("Couldn't sign you in. Try again in a moment."))}


def _sign_in_context(request: HttpRequest) -> dict[str, object]:
    """Return the page after sign-in, and the query by which links among the pages for anonymous users keep it."""
    target = next_page(request)
    return {
        "next": target,
        "next_query": f"?{urlencode({'next': target})}" if "next" in request.GET else "",
        "offers_sign_up": settings.VF_SIGN_UP == "open",
        "trust_days": settings.VF_TRUST_DEVICES,
    }
