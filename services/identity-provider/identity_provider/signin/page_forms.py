"""Forms that a page sends without a script. A browser would show the JSON, so the response is a redirect instead.

A form that posts by itself works without JavaScript, and the browser has stored its cookies before the next page loads.
"""

from typing import Any, ClassVar
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from rest_framework.exceptions import APIException
from rest_framework.request import Request
from rest_framework.views import APIView

from vf_django.problems import ProblemResponse
from vf_edge.problems import Problem
from vf_edge.redirects import safe_next

from ..configuration import current
from .continuation import LOGIN_PAGE, OWN_PATHS, PROBLEM_WITH_COOKIES
from .errors import AmbiguousCredential, CrossSiteRequest

FORM = "application/x-www-form-urlencoded"
NEXT = "next"


def is_page_form(request: HttpRequest) -> bool:
    """Return True if a browser loads the response as a page. Scripts and programs that send forms don't accept HTML."""
    return request.content_type == FORM and "text/html" in request.headers.get("Accept", "")


class PageForm(APIView):
    """Base class, before all others, of endpoints that accept page forms.

    After success, the browser goes to the form's field ``next``, within the platform. After a problem, it goes to the
    sign-in page, which explains ``?failed=code`` (and ``wait``, in seconds) or shows the next step. A cross-site
    request gets its 403: a page of another site decides nothing about where the browser goes.
    """

    page_step: ClassVar[dict[str, str]] = {}
    """The query with which the sign-in page shows this step again."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Run the endpoint, whose transaction has ended before its response is replaced."""
        response = super().dispatch(request, *args, **kwargs)
        if not is_page_form(request) or request.method != "POST":
            return response
        target = self._target()
        if isinstance(response, ProblemResponse):
            if response.problem.code == CrossSiteRequest.default_code:
                return response
            query = self._explained(response.problem, response.headers.get("Retry-After"))
            target = f"{LOGIN_PAGE}?{urlencode({NEXT: target, **query})}"
        redirect = HttpResponse(status=303, headers={"Location": target, "Cache-Control": "no-store"})
        redirect.cookies = response.cookies
        return redirect

    def perform_content_negotiation(self, request: Request, force: bool = False) -> Any:
        """Accept a client that accepts only HTML: a redirect has no body."""
        return super().perform_content_negotiation(request, force=force or is_page_form(request._request))

    def _target(self) -> str:
        try:
            fields = self.request.data
        except APIException:  # the problem in the response explains it
            fields = {}
        given = fields.get(NEXT) if isinstance(fields, dict) else None
        target = safe_next(given, base_domain=current().base_domain)
        return "/" if target.startswith(OWN_PATHS) else target

    def _explained(self, problem: Problem, wait: str | None) -> dict[str, str]:
        members = problem.extra
        if problem.code == "step_required":
            methods = {"methods": ",".join(members["methods"])} if "methods" in members else {}
            return {"step": str(members["step"]), **methods}
        if problem.code == AmbiguousCredential.default_code:
            return {"problem": PROBLEM_WITH_COOKIES}
        again = {} if problem.code == "flow_ended" else self.page_step
        return {**again, "failed": problem.code, **({"wait": wait} if wait else {})}
