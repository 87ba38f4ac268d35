"""Lookup of a claim by its name or by a dotted path."""

from collections.abc import Mapping
from typing import Any


def find(payload: Mapping[str, Any], path: str) -> object:
    """Return the claim at ``path``, or None.

    A claim whose own name is the whole path comes first (``https://shop.example/roles`` of Auth0). Otherwise each dot
    may be a step or part of a name, and the longest name that leads to a value wins:
    ``resource_access.shop.example.roles`` also finds the roles of the Keycloak client ``shop.example``.
    """
    if path in payload:
        return payload[path]
    return _walk(payload, path.split("."))


def _walk(value: object, steps: list[str]) -> object:
    if not steps:
        return value
    if not isinstance(value, Mapping):
        return None
    for count in range(len(steps), 0, -1):
        name = ".".join(steps[:count])
        if name in value:
            found = _walk(value[name], steps[count:])
            if found is not None:
                return found
    return None
