"""Rules for reading a request's head, none of which lets the client choose a codec.

Django and DRF decode with any codec that a client names in ``charset`` or in the extended parameters of RFC 2231
(``name*=codec''text``). ``bz2`` and ``zlib`` inflate small input, ``punycode`` is quadratic, ``undefined`` and
``rot13`` raise exceptions before any middleware, and each unknown name stays in Python's memory forever
(``encodings._cache``). So only UTF-8 is accepted: JSON requires it (RFC 8259 §8.1), and browsers send it.
"""

import re
from collections.abc import Mapping, MutableMapping
from typing import Any

from django.utils.http import parse_header_parameters

from vf_edge.problems import Problem

from .refusals import BAD_REQUEST, ENCODED_BODY, FOREIGN_CHARSET, MALFORMED_CONTENT_TYPE

MOST_TYPE_CHARACTERS = 1_024
"""Maximum length of a ``Content-Type``. Python's reader of it is quadratic, and so are the patterns below."""

MOST_HEADER_CHARACTERS = 2_048
"""Maximum length of ``Accept`` and ``Content-Disposition``, for the same reason. Browsers send less than 500."""

_UTF8 = frozenset({"utf-8", "utf8"})

_EXTENDED = re.compile(r"\*[0-9*\s]*=")
"""Everything that Python's ``email`` package may read as an extended or continued parameter (RFC 2231 §3, §4)."""

_EXTENDED_UTF8 = re.compile(r"\*=\s*utf-8'[a-z0-9-]*'", re.IGNORECASE)
"""The only form that RFC 8187 §3.2 allows, and that clients send for a file name."""

_QUOTED = re.compile(r'"[^"]*"')

_CHARSET = re.compile(r";\s*charset\s*=", re.IGNORECASE)
"""``charset`` parameters. Given two, readers disagree about which one counts."""

_DECODED = re.compile(r"application/(?:json|[^;\s]+\+json|x-www-form-urlencoded)|multipart/form-data")
"""Media types that Django or DRF decode into text. A service reads all others as bytes."""


def names_a_codec(header: str) -> bool:
    """Return True if a parameter of ``header`` chooses a codec other than UTF-8."""
    # Within quotes, an asterisk is text. Readers disagree about a backslash before a quote, so such a header isn't
    # unquoted.
    text = header if "\\" in header else _QUOTED.sub('""', header)
    return any(not _EXTENDED_UTF8.match(text, found.start()) for found in _EXTENDED.finditer(text))


def content_type_of(header: str) -> tuple[str, dict[str, str]] | None:
    """Return the media type in lowercase and its parameters; None if the header is malformed."""
    if len(header) > MOST_TYPE_CHARACTERS or _EXTENDED.search(header) or len(_CHARSET.findall(header)) > 1:
        return None
    try:
        media_type, parameters = parse_header_parameters(header)
    except ValueError:
        return None
    return media_type, parameters


def is_foreign(parameters: Mapping[str, str]) -> bool:
    """Return True if ``charset`` names anything but UTF-8."""
    return parameters.get("charset", "utf-8").lower() not in _UTF8


def make_readable(meta: MutableMapping[str, Any]) -> Problem | None:
    """Remove from ``request.META`` what would choose a codec or raise an exception. Return why to reject the request.

    None means that the request is unchanged. The remaining headers are safe for every middleware, even if the request
    is rejected.
    """
    problem: Problem | None = None
    accept, disposition = meta.get("HTTP_ACCEPT", ""), meta.get("HTTP_CONTENT_DISPOSITION", "")
    # Django and DRF split Accept at its commas first, so quotes in it hide nothing from them.
    if len(accept) > MOST_HEADER_CHARACTERS or _EXTENDED.search(accept):
        del meta["HTTP_ACCEPT"]  # RFC 9110 §12.5.1: a server may ignore it
    if len(disposition) > MOST_HEADER_CHARACTERS or names_a_codec(disposition):
        del meta["HTTP_CONTENT_DISPOSITION"]
        problem = BAD_REQUEST
    if not _is_length(meta.get("CONTENT_LENGTH")) or not _is_text(meta.get("PATH_INFO", "")):
        meta["CONTENT_LENGTH"] = "0"
        problem = BAD_REQUEST
    return _problem_of_body(meta) or problem


def _problem_of_body(meta: MutableMapping[str, Any]) -> Problem | None:
    header = meta.get("CONTENT_TYPE") or ""
    read = content_type_of(header)
    if read is None:
        meta["CONTENT_TYPE"] = header.partition(";")[0].strip()[:MOST_TYPE_CHARACTERS]
        return MALFORMED_CONTENT_TYPE
    media_type, parameters = read
    if not _DECODED.fullmatch(media_type) or not _has_body(meta):
        return None
    if is_foreign(parameters):
        return FOREIGN_CHARSET
    encoding = meta.get("HTTP_CONTENT_ENCODING", "").strip().lower()
    return ENCODED_BODY if encoding not in ("", "identity") else None


def _has_body(meta: Mapping[str, Any]) -> bool:
    return (meta.get("CONTENT_LENGTH") or "0") != "0" or "HTTP_TRANSFER_ENCODING" in meta


def _is_length(value: str | None) -> bool:
    """Check for digits only (RFC 9110 §8.6). ``int()`` also accepts ``+5``, ``1_000`` and the digits of
    every script.
    """
    return not value or (value.isascii() and value.isdigit() and len(value) <= len(str(2**63)))


def _is_text(path: str) -> bool:
    """Check for text that can be stored: PostgreSQL and file systems reject NUL, and a lone surrogate
    can't be encoded.
    """
    return "\0" not in path and not any("\ud800" <= character <= "\udfff" for character in path)
