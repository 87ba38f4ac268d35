"""Error pages in the look of the site."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from vf_django.refusals import refusal_of

_TITLES = {
    400: ("This request cannot be read", "Something in the address or the request was malformed."),
    403: ("Not for you", "You may not see this page with the roles that you hold."),
    404: ("Nothing here", "There is no page at this address. It may have moved, or the link was wrong."),
    413: ("Request too large", "The request has more data than the site accepts."),
    415: ("Unsupported request", "The request has a media type or a charset that the site does not accept."),
    500: ("Something broke", "The fault is ours, and it has been recorded. Try again in a moment."),
}


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403, with the site's navigation."""
    return render(request, "errors/error.html", _context(403), status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404, with the site's navigation."""
    return render(request, "errors/error.html", _context(404), status=404)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 for a form sent to a page: the pages take none, their scripts call the APIs."""
    context = {
        "status": 403,
        "title": "This form cannot be sent",
        "explanation": "Go back, and use the page's buttons.",
    }
    return render(request, "errors/error.html", context, status=403)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400, 413 or 415. Nothing of the request is used: its host may be what was wrong."""
    problem = refusal_of(exception)
    return _bare(problem.status if problem else 400)


def server_error(request: HttpRequest) -> HttpResponse:
    """500. Nothing of the request is used: what failed may fail again."""
    return _bare(500)


def _bare(status: int) -> HttpResponse:
    return HttpResponse(render_to_string("errors/bare.html", _context(status)), status=status)


def _context(status: int) -> dict[str, object]:
    title, explanation = _TITLES[status]
    return {"status": status, "title": title, "explanation": explanation}
