"""The language that a browser prefers. A cookie keeps it.

Traefik takes the cookie from requests for pages, as it takes all cookies, and sets ``Accept-Language`` by it
(``traefik/dynamic/website.yml``).
"""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from vf_edge.cross_site import is_allowed
from vf_edge.redirects import safe_next

from .errors import csrf_failure

MAX_AGE = 365 * 86_400
"""How long a browser keeps the language, in seconds."""


@csrf_exempt  # the pages have no CSRF cookie. The cross-site rule of the gateway holds here for anonymous users too.
@require_POST
def preferences(request: HttpRequest) -> HttpResponse:
    """Keep the preference that the form contains in a cookie, and redirect to the page with the form."""
    if not _is_from_this_site(request):
        return csrf_failure(request)
    response = HttpResponseRedirect(_page_with_the_form(request))
    response.status_code = 303
    language = request.POST.get("language")
    if language in dict(settings.LANGUAGES):
        secure = settings.VF_PRODUCTION or request.is_secure()
        cookie = settings.LANGUAGE_COOKIE_NAME
        response.set_cookie(cookie, language, max_age=MAX_AGE, secure=secure, httponly=True, samesite="Lax")
    return response


def _page_with_the_form(request: HttpRequest) -> str:
    """Return the page from the ``Referer``. A hidden field would put a query, perhaps with a secret, into each page."""
    page = request.headers.get("Referer", "")
    prefix = f"{_origin(request)}/"
    path = page.removeprefix(prefix) if page.startswith(prefix) else ""
    return safe_next(f"/{path}", base_domain=settings.BASE_DOMAIN, fallback="/")


def _origin(request: HttpRequest) -> str:
    return f"{request.scheme}://{request.get_host()}"


def _is_from_this_site(request: HttpRequest) -> bool:
    return is_allowed(
        method="POST",
        websocket=False,
        fetch_site=request.headers.get("Sec-Fetch-Site"),
        origin=request.headers.get("Origin"),
        allowed_origins=frozenset({_origin(request)}),
    )
