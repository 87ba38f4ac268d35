"""``GET /api/mails/``: the emails that a development platform has sent, so that trying it needs no mail server."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from ..configuration import current
from .models import Mail

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; style-src 'self'; img-src data:; form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
)
SHOWN = 50


@require_safe
def mails(request: HttpRequest) -> HttpResponse:
    """Return a page with the emails that a development platform has sent, the newest first. 404 in production.

    In production, emails are only for their recipients.
    """
    if current().production:
        raise Http404
    response = render(request, "mailing/mails.html", {"mails": Mail.objects.order_by("-pk")[:SHOWN]})
    response["Content-Security-Policy"] = CONTENT_SECURITY_POLICY
    response["Cache-Control"] = "no-store"
    return response
