"""The request id that ties log lines of several parts together."""

import re
import uuid

from django.http import HttpRequest

_ACCEPTABLE = re.compile(r"[A-Za-z0-9._-]{1,128}")
"""Anything else could split a log line or fill it; a new id is used instead."""


def choose_request_id(offered: str) -> str:
    """The id that the edge gave, or a new one."""
    return offered if _ACCEPTABLE.fullmatch(offered) else uuid.uuid4().hex


def request_id_of(request: HttpRequest) -> str:
    """The id of a request, even if ``RequestContextMiddleware`` has not seen it; then it gets one now."""
    known: str | None = getattr(request, "request_id", None)
    if known is None:
        known = choose_request_id(request.META.get("HTTP_X_REQUEST_ID", ""))
        request.request_id = known  # type: ignore[attr-defined]
    return known
