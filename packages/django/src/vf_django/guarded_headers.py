"""Headers on their way in and out that no other place can check."""

import re
from collections.abc import Iterable
from typing import Any

from django.http import multipartparser
from django.utils.http import parse_header_parameters

from .request_head import names_a_codec

_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
"""RFC 9110 §5.5: none of them belongs into a value; only the tab does."""


class ControlCharacter(Exception):
    """A header of the answer holds one. The message names the header, never the value."""


def check_response(headers: Iterable[tuple[str, str]]) -> None:
    """Raise :class:`ControlCharacter` for what a server would refuse or, worse, send.

    Django refuses line ends only.
    """
    for name, value in headers:
        if _CONTROL.search(value) or _CONTROL.search(name):
            raise ControlCharacter(f"the header {name!r} of the answer holds a control character")


def guard_multipart() -> None:
    """Keep the parts of a form from choosing a codec (``filename*=codec''…``), for Django's forms and DRF's.

    This is the one place that a request class cannot reach: the function that reads the parts is called by its name in
    Django's module. It leaves out a line for which it raises ``ValueError``. The call that makes the application does
    this, and no import does.
    """
    multipartparser.parse_header_parameters = _parse_line  # type: ignore[attr-defined]


def _parse_line(line: str) -> tuple[str, dict[str, Any]]:
    if names_a_codec(line):
        raise ValueError("a parameter names a codec")
    return parse_header_parameters(line)
