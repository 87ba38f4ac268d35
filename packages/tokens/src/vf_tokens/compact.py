"""Strict reading and writing of the JWS compact serialization (RFC 7515 §7.1).

Libraries accept padding, non-canonical base64, duplicate JSON members (the last one wins) and any ``typ``. An attacker
can exploit two readers that disagree about one token, so this reader accepts exactly one spelling of each token.
"""

import binascii
import json
from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Any, NamedTuple, NewType, NoReturn

from .errors import TokenInvalid, TokenOpaque

MAX_TOKEN_BYTES = 8192
"""Maximum size of a token. A longer one is rejected before any work is done on it."""

MAX_KNOWN_HEADER_BYTES = 512
"""Longest header segment that is remembered."""

MAX_NESTING = 32
"""Maximum nesting of objects and lists in a token: far above any valid claim, far below the limits of other readers."""

UnverifiedClaims = NewType("UnverifiedClaims", dict[str, Any])
"""Claims of a token whose signature is not verified. Anyone can write them, so only the issuer's name is used."""

_encoder = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False)


class CompactToken(NamedTuple):
    """A token taken apart, its signature not yet checked."""

    header: Mapping[str, Any]
    payload: UnverifiedClaims
    signing_input: bytes
    signature: bytes


def parse(token: bytes) -> CompactToken:
    """Parse a token. Raises :class:`TokenInvalid` for anything but a plain three-part JWS.

    Text without three parts raises :class:`TokenOpaque`.
    """
    if len(token) > MAX_TOKEN_BYTES:
        raise TokenInvalid("token is too long")
    parts = token.split(b".")
    if len(parts) != 3:
        raise TokenOpaque(f"the credential is {'an encrypted JWT' if len(parts) == 5 else 'opaque'}, not a signed JWT")
    header, payload, signature = parts
    if not signature:
        raise TokenInvalid("token has no signature")
    return CompactToken(
        header=_known_header(header) if len(header) <= MAX_KNOWN_HEADER_BYTES else _header(header),
        payload=UnverifiedClaims(_object(payload, "payload")),
        signing_input=token[: len(header) + 1 + len(payload)],
        signature=decode_segment(signature),
    )


def encode_json(value: dict[str, Any]) -> bytes:
    """Return ``value`` as UTF-8 JSON without white space."""
    return _encoder.encode(value).encode()


_TO_BASE64URL = bytes.maketrans(b"+/", b"-_")
_FROM_BASE64URL = bytes.maketrans(b"-_", b"+/")


def encode_segment(value: bytes) -> bytes:
    """Encode base64url without padding (RFC 7515 §2)."""
    return binascii.b2a_base64(value, newline=False).translate(_TO_BASE64URL).rstrip(b"=")


def decode_segment(segment: bytes) -> bytes:
    """Decode base64url. Only the canonical spelling is accepted.

    Encoding the result again detects padding, foreign characters and stray low bits in one comparison.
    """
    try:
        value = binascii.a2b_base64(segment.translate(_FROM_BASE64URL) + b"=" * (-len(segment) % 4))
    except binascii.Error as error:
        raise TokenInvalid("a part of the token is not base64url") from error
    if encode_segment(value) != segment:
        raise TokenInvalid("a part of the token is not canonical base64url")
    return value


def _header(segment: bytes) -> Mapping[str, Any]:
    return MappingProxyType(_object(segment, "header"))


_known_header = lru_cache(maxsize=128)(_header)
"""A header that is read again: all tokens of one key have the same. Only for short ones, so that it stays small."""


def _object(segment: bytes, name: str) -> dict[str, Any]:
    try:
        text = decode_segment(segment).decode("utf-8")
        value = _decoder.decode(text)
    except (ValueError, RecursionError) as error:
        raise TokenInvalid(f"the token's {name} is not JSON") from error
    if not isinstance(value, dict):
        raise TokenInvalid(f"the token's {name} is not a JSON object")
    # The count limits the depth, so only tokens with very many brackets need the exact check.
    if text.count("{") + text.count("[") > MAX_NESTING and _is_deeper(value, MAX_NESTING):
        raise TokenInvalid(f"the token's {name} is nested too deep")
    return value


def _is_deeper(value: object, levels: int) -> bool:
    if not isinstance(value, dict | list):
        return False
    members = value.values() if isinstance(value, dict) else value
    return levels == 0 or any(_is_deeper(member, levels - 1) for member in members)


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("duplicate member")
    return members


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


_decoder = json.JSONDecoder(object_pairs_hook=_unique, parse_constant=_no_constant)
