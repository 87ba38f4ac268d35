"""The request id that ties the log lines of several parts together (header ``X-Request-Id``)."""

import re
import uuid

_ACCEPTABLE = re.compile(r"[A-Za-z0-9._-]{1,128}")
"""Anything else could split a log line or fill it; a new id is used instead."""


def choose_request_id(offered: str) -> str:
    """The id that another part gave, or a new one."""
    return offered if _ACCEPTABLE.fullmatch(offered) else uuid.uuid4().hex
