"""The rule of a route, as a decision needs it: read once, and a mistake in it is a denial.

The query is written by an operator, never by a client, so a mistake in it is answered with 400 on
every request: closed, and seen at the first try.
"""

from functools import lru_cache

from vf_edge.rule import InvalidRule, Rule, read_rule

from ..denials import BadRequest

__all__ = ["Rule", "parse_rule"]


@lru_cache(maxsize=1024)
def parse_rule(query: str) -> Rule:
    """Read ``audience=…&mode=…&roles=…&login=…``. Raises :class:`BadRequest` naming the mistake."""
    try:
        return read_rule(query)
    except InvalidRule as error:
        raise BadRequest(str(error)) from error
