"""Strict body parsers: two readers of one body must never see different values, and a body is UTF-8."""

import json
from collections.abc import Mapping
from typing import IO, Any, NoReturn
from urllib.parse import unquote_to_bytes

from django.http import QueryDict
from rest_framework.exceptions import ParseError, UnsupportedMediaType
from rest_framework.parsers import FormParser, JSONParser

from .refusals import FOREIGN_CHARSET, MALFORMED_CONTENT_TYPE
from .request_head import content_type_of, is_foreign


class StrictJSONParser(JSONParser):
    """DRF's parser, which rejects a repeated member, ``NaN`` and too deep nesting with 400.

    DRF's own uses the last of two members and returns 500 for ``[[[[…``. It also decodes with any text encoding that
    the client names in ``charset``. JSON is UTF-8 (RFC 8259 §8.1), so another charset is a 415.
    """

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        """Return the body as plain values. Raises :class:`ParseError` and :class:`UnsupportedMediaType`."""
        refuse_other_charsets(media_type)
        try:
            text = stream.read().decode("utf-8")
            return json.loads(text, object_pairs_hook=_unique, parse_constant=_no_constant)
        except (ValueError, RecursionError) as error:
            raise ParseError("The request body isn't valid JSON, or a key is repeated.") from error


class StrictFormParser(FormParser):
    """DRF's parser for ``application/x-www-form-urlencoded``, for UTF-8 only.

    Django reads other bytes as Latin-1 or as replacement characters, so two different passwords could become equal.
    """

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        """Return the fields. Raises :class:`ParseError` and :class:`UnsupportedMediaType`."""
        refuse_other_charsets(media_type)
        body = stream.read()
        try:
            unquote_to_bytes(body).decode("utf-8")
        except UnicodeDecodeError as error:
            raise ParseError("The form isn't valid UTF-8.") from error
        return QueryDict(body, encoding="utf-8")


def refuse_other_charsets(media_type: str | None) -> None:
    """Raise :class:`UnsupportedMediaType` if ``Content-Type`` names any charset except UTF-8."""
    read = content_type_of(media_type or "")
    if read is None:
        raise UnsupportedMediaType("", detail=MALFORMED_CONTENT_TYPE.detail)
    if is_foreign(read[1]):
        raise UnsupportedMediaType("", detail=FOREIGN_CHARSET.detail)


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("repeated member")
    return members


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")
