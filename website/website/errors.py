"""Error pages in the design of the site."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _

from vf_django.refusals import refusal_of

_TITLES = {
    400: (_("Bad request"), _("The URL or the request was malformed. Check the link and try again.")),
    403: (_("Access denied"), _("Your account doesn't have access to this page.")),
    404: (_("Page not found"), _("No page exists at this URL. Check the link, or go to the home page.")),
    413: (_("Request too large"), _("The request contains more data than the site accepts.")),
    415: (_("Unsupported request"), _("The site doesn't accept the request's media type or charset.")),
    500: (_("Something went wrong"), _("The error has been logged. Try again in a moment.")),
}


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Return 403, with the site's navigation."""
    return render(request, "errors/error.html", _context(403), status=403)


def role_required(request: HttpRequest, role: str) -> HttpResponse:
    """Return 403, naming the role that the page requires."""
    explanation = f"This page requires the role {role}. Ask an operator for the role, or sign in as another user."
    return render(request, "errors/error.html", {**_context(403), "explanation": explanation}, status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Return 404, with the site's navigation."""
    return render(request, "errors/error.html", _context(404), status=404)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Return 403 for a form sent to a page. Pages accept no forms: their scripts call the APIs."""
    context = {
        "status": 403,
        "title": _("This form can't be submitted"),
        "explanation": _("Go back and use the buttons on the page."),
    }
    return render(request, "errors/error.html", context, status=403)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Return 400, 413 or 415. The page uses nothing from the request, because its host may be invalid."""
    problem = refusal_of(exception)
    return _bare(problem.status if problem else 400)


def server_error(request: HttpRequest) -> HttpResponse:
    """Return 500. The page uses nothing from the request, because reading it may fail again."""
    return _bare(500)


def _bare(status: int) -> HttpResponse:
    return HttpResponse(render_to_string("errors/bare.html", _context(status)), status=status)


def _context(status: int) -> dict[str, object]:
    title, explanation = _TITLES[status]
    return {"status": status, "title": title, "explanation": explanation}
