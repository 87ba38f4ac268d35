"""Strict reading and writing of the JWS compact serialization (RFC 7515 §7.1).

Libraries are lax where it matters at an edge: they accept padding, non-canonical base64, duplicate
JSON members (the last one wins) and any ``typ``. Two readers that disagree about one token are an
attack, so this reader accepts exactly one spelling of each token.
"""

import base64
import binascii
import json
from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Any, NamedTuple, NewType, NoReturn

from .errors import TokenInvalid, TokenOpaque

MAX_TOKEN_BYTES = 8192
"""Longest token read at all; a longer one is refused before any work is done on it."""

MAX_KNOWN_HEADER_BYTES = 512
"""Longest header segment that is remembered."""

MAX_NESTING = 32
"""Deepest nesting of objects and lists in a token: far above any honest claim, far below what hurts a later reader."""

UnverifiedClaims = NewType("UnverifiedClaims", dict[str, Any])
"""What a token says of itself. Anyone can write it, so only the issuer's name is used before the signature is right."""

_encoder = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False)


class CompactToken(NamedTuple):
    """A token taken apart, its signature not yet checked."""

    header: Mapping[str, Any]
    payload: UnverifiedClaims
    signing_input: bytes
    signature: bytes


def parse(token: bytes) -> CompactToken:
    """Take a token apart. Raises :class:`TokenInvalid` for anything but a plain three-part JWS.

    Without three parts it is not even the form of one: :class:`TokenOpaque`.
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
    """``value`` as JSON without white space, UTF-8."""
    return _encoder.encode(value).encode()


def encode_segment(value: bytes) -> bytes:
    """base64url without padding (RFC 7515 §2)."""
    return base64.urlsafe_b64encode(value).rstrip(b"=")


def decode_segment(segment: bytes) -> bytes:
    """Undo :func:`encode_segment`; only the canonical spelling is accepted.

    Encoding the result again catches padding, foreign characters and stray low bits in one comparison.
    """
    try:
        value = base64.urlsafe_b64decode(segment + b"=" * (-len(segment) % 4))
    except (binascii.Error, ValueError) as error:
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
    # The count bounds the depth from above, so that only a token with very many brackets is walked through.
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
