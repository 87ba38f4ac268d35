"""Parser for a router's rule (Traefik's v3 syntax)."""

import re
from dataclasses import dataclass

_TOKEN = re.compile(r"\s*(&&|\|\||!|\(|\)|([A-Za-z0-9]+)\(((?:\s*(?:`[^`]*`|\"(?:[^\"\\]|\\.)*\")\s*,?)*)\))")
_ARGUMENT = re.compile(r"`([^`]*)`|\"((?:[^\"\\]|\\.)*)\"")
_MOST_ALTERNATIVES = 1024


@dataclass(frozen=True, slots=True)
class Matcher:
    """One matcher, such as ``PathPrefix(`/api/`)``."""

    name: str
    arguments: tuple[str, ...]


Alternative = tuple[Matcher, ...]
"""Matchers of which all must match."""

NEGATED = Matcher("!", ())
"""Placeholder for a negated expression, which narrows the match by an unknown amount."""

_NAMES = {
    name.lower(): name
    for name in ("Host", "HostRegexp", "Path", "PathPrefix", "PathRegexp", "Method", "Header", "Query", "ClientIP")
}
"""Names in lowercase: Traefik accepts ``pathprefix`` and ``PATHPREFIX`` for ``PathPrefix``."""


class UnreadableRule(Exception):
    """The rule has an unknown syntax."""


def alternatives(rule: str) -> list[Alternative]:
    """Return the rule as alternatives. Raises :class:`UnreadableRule`."""
    tokens = _tokens(rule)
    found, end = _either(tokens, 0)
    if end != len(tokens):
        raise UnreadableRule(rule)
    return found


def _tokens(rule: str) -> list[re.Match[str]]:
    tokens, position = [], 0
    while rule[position:].strip():
        match = _TOKEN.match(rule, position)
        if match is None:
            raise UnreadableRule(rule)
        tokens.append(match)
        position = match.end()
    return tokens


def _either(tokens: list[re.Match[str]], position: int) -> tuple[list[Alternative], int]:
    found, position = _both(tokens, position)
    while position < len(tokens) and tokens[position][1] == "||":
        more, position = _both(tokens, position + 1)
        found = found + more
    return found, position


def _both(tokens: list[re.Match[str]], position: int) -> tuple[list[Alternative], int]:
    found, position = _one(tokens, position)
    while position < len(tokens) and tokens[position][1] == "&&":
        more, position = _one(tokens, position + 1)
        found = [(*left, *right) for left in found for right in more]
        if len(found) > _MOST_ALTERNATIVES:
            raise UnreadableRule("too many alternatives")
    return found, position


def _one(tokens: list[re.Match[str]], position: int) -> tuple[list[Alternative], int]:
    if position >= len(tokens):
        raise UnreadableRule("the rule ends too early")
    token = tokens[position]
    if token[1] == "!":
        _, position = _one(tokens, position + 1)
        return [(NEGATED,)], position
    if token[1] == "(":
        found, position = _either(tokens, position + 1)
        if position >= len(tokens) or tokens[position][1] != ")":
            raise UnreadableRule("a parenthesis is not closed")
        return found, position + 1
    if token[2] is None:
        raise UnreadableRule(token[1])
    arguments = tuple(first or second for first, second in _ARGUMENT.findall(token[3]))
    return [(Matcher(_NAMES.get(token[2].lower(), token[2]), arguments),)], position + 1
