"""Where the roles of a token were looked for, and what was found there: a wrong path is the usual reason for none."""

from collections.abc import Iterator, Mapping
from typing import Any

from vf_runtime.terminal import harmless
from vf_tokens import AccessPolicy
from vf_tokens.external import roles_of

_DEPTH = 4
_MOST_NAMED = 8
_NOT_ROLES = frozenset({"aud", "amr"})


def roles_shown(payload: Mapping[str, Any], policy: AccessPolicy) -> dict[str, str]:
    """What is worth a person's look; empty if every claim was found and every entry became a role."""
    if policy.strict_identity:  # its tokens have their roles in one place, and a wrong one is refused
        return {}
    found = roles_of(payload, policy)
    lost = {path: shape for path, shape in found.shapes.items() if not shape.startswith("a ")}
    shown = {f"claim {harmless(path, 80)}": shape for path, shape in lost.items()}
    if lost:
        others = [path for path in _lists(payload) if path not in policy.mapping.role_paths]
        shown["lists of names are at"] = ", ".join(harmless(path, 80) for path in others[:_MOST_NAMED]) or "no claim"
    if found.dropped:
        shown["dropped"] = "; ".join(f"{count} {reason.value}" for reason, count in found.dropped.items())
    return shown


def _lists(value: Mapping[str, Any], before: str = "", depth: int = _DEPTH) -> Iterator[str]:
    """Paths of the claims that hold a list of strings. Only names are shown, never what is in them."""
    for name, member in value.items():
        path = before + name
        if isinstance(member, list) and member and all(isinstance(one, str) for one in member):
            if path not in _NOT_ROLES:
                yield path
        elif isinstance(member, dict) and depth > 1:
            yield from _lists(member, f"{path}.", depth - 1)
