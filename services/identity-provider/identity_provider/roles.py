"""The roles that exist, read from one file (``VF_ROLES_FILE``, docs/settings.md#the-roles-file).

Each role is a table of the file, with a description and what the role permits. A role that isn't in the file can't be
given, and access tokens don't contain it, even if a database row does.
"""

import difflib
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from vf_runtime import SettingError
from vf_tokens.claims import MAX_ROLE_CHARACTERS

SHIPPED = Path(__file__).resolve().parent.parent / "roles.toml"
"""The file for which ``VF_ROLES_FILE`` stands if it isn't set."""

OPERATOR = "operator"
"""The role that administers accounts."""

_NAME = re.compile(r"[a-z][a-z0-9_-]*")


@dataclass(frozen=True, slots=True)
class Role:
    """A role, as the file describes it."""

    name: str
    description: str
    permits: tuple[str, ...] = ()
    """One sentence for each thing that the role permits."""


@dataclass(frozen=True, slots=True)
class Roles:
    """All roles that exist. ``name in roles`` is True for a role of the file."""

    by_name: Mapping[str, Role] = field(default_factory=dict)

    @classmethod
    def read(cls, path: Path) -> Self:
        """Read the file. Raises :class:`SettingError` with one line that names the mistake."""
        try:
            document = tomllib.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            reason = error.strerror if isinstance(error, OSError) else f"not TOML in UTF-8: {error}"
            raise _mistake(path, f"must be a readable TOML file ({reason})") from error
        if not document:
            raise _mistake(path, "must describe at least one role, such as [operator]")
        return cls({name: _role(path, name, table) for name, table in document.items()})

    def __contains__(self, name: object) -> bool:
        return name in self.by_name

    def __iter__(self) -> Iterator[Role]:
        return iter(self.by_name.values())

    def known(self, names: Iterable[str]) -> list[str]:
        """Return those of ``names`` that are roles, in their order."""
        return [name for name in names if name in self.by_name]

    def why_unknown(self, names: Iterable[str]) -> str:
        """Return a sentence that names the roles that don't exist; empty if all exist."""
        unknown = [name for name in names if name not in self.by_name]
        if not unknown:
            return ""
        nearest = difflib.get_close_matches(unknown[0], self.by_name, n=1)
        advice = f"Did you mean {nearest[0]}?" if nearest else f"The roles are {', '.join(self.by_name)}."
        kind = "is not a role" if len(unknown) == 1 else "are not roles"
        return f"{', '.join(unknown)} {kind} of this platform. {advice}"


def is_name(name: object) -> bool:
    """Return True for a text that can be the name of a role."""
    return isinstance(name, str) and len(name) <= MAX_ROLE_CHARACTERS and _NAME.fullmatch(name) is not None


def _role(path: Path, name: str, table: Any) -> Role:
    if not is_name(name):
        raise _mistake(path, f"has a role {name[:80]!r}: names contain only lowercase letters, digits, _ and -")
    if not isinstance(table, dict) or (unknown := sorted(set(table) - {"description", "permits"})):
        found = f"has {unknown[0]!r} in [{name}]" if isinstance(table, dict) else f"has {name!r} outside of a table"
        raise _mistake(path, f"{found}: a role is a table with 'description' and 'permits'")
    description, permits = table.get("description"), table.get("permits", [])
    if not isinstance(description, str) or not description:
        raise _mistake(path, f"must have a 'description' in [{name}]")
    if not isinstance(permits, list) or not all(isinstance(sentence, str) for sentence in permits):
        raise _mistake(path, f"has 'permits' in [{name}] that is not a list of sentences")
    return Role(name, description, tuple(permits))


def _mistake(path: Path, what: str) -> SettingError:
    return SettingError(f"VF_ROLES_FILE is {str(path)!r}: it {what}")
