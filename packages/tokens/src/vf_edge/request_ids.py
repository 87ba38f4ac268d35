"""The request ID that connects the log lines of several components (header ``X-Request-Id``)."""

import re
import uuid

_ACCEPTABLE = re.compile(r"[A-Za-z0-9._-]{1,128}")
"""Characters and length of an accepted ID. Others could split or flood a log, so a generated ID replaces them."""


def choose_request_id(offered: str) -> str:
    """Return the ID that the request has, or a new one."""
    return offered if _ACCEPTABLE.fullmatch(offered) else uuid.uuid4().hex
