"""Checks of request and response headers that have no other place."""

import re
from collections.abc import Iterable
from typing import Any

from django.http import multipartparser
from django.utils.http import parse_header_parameters

from .request_head import names_a_codec

_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
"""RFC 9110 §5.5: control characters that a value must not contain. A tab is allowed."""


class ControlCharacter(Exception):
    """A response header contains a control character. The message names the header, never the value."""


def check_response(headers: Iterable[tuple[str, str]]) -> None:
    """Raise :class:`ControlCharacter` for headers that a server would reject or, worse, send.

    Django rejects only line breaks.
    """
    for name, value in headers:
        if _CONTROL.search(value) or _CONTROL.search(name):
            raise ControlCharacter(f"the header {name!r} of the response contains a control character")


def guard_multipart() -> None:
    """Stop parts of a form from choosing a codec (``filename*=codec''…``), for Django's forms and DRF's.

    A request class cannot do this: Django calls the function that parses the parts by its name in a module, and omits a
    line for which the function raises ``ValueError``. Creating the application installs the guard; importing this
    module does not.
    """
    multipartparser.parse_header_parameters = _parse_line  # type: ignore[attr-defined]


def _parse_line(line: str) -> tuple[str, dict[str, Any]]:
    if names_a_codec(line):
        raise ValueError("a parameter names a codec")
    return parse_header_parameters(line)
