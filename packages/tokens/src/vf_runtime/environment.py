"""Settings from environment variables, read once, typed, with errors that say what to do (docs/settings.md).

Each variable can also be set as ``NAME_FILE``, the path of a file that contains the value, as container secrets are. An
empty variable counts as not set.
"""

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeVar

from . import variables as platform
from .known_secrets import is_guessable, is_known_password, passwords_of

_ON, _OFF = frozenset({"on", "true", "yes", "1"}), frozenset({"off", "false", "no", "0"})

DEVELOPMENT, PRODUCTION = "development", "production"

Value = TypeVar("Value")


class SettingError(Exception):
    """A variable is missing or invalid. The message is one line: the name and what the value must be."""


class Environment:
    """Typed access to variables. ``names`` collects every name that was read, for a test that compares it with the
    docs.
    """

    def __init__(self, variables: Mapping[str, str] | None = None) -> None:
        self._variables = os.environ if variables is None else variables
        self.names: set[str] = set()

    @property
    def production(self) -> bool:
        """Return True if ``VF_ENV=production``: no default secret, no demo user, no plain HTTP."""
        return self.choice("VF_ENV", (DEVELOPMENT, PRODUCTION), DEVELOPMENT) == PRODUCTION

    def misspelt(self) -> list[platform.Misspelt]:
        """Return the variables that look like the platform's but are unknown. A component logs them when it starts."""
        return platform.misspelt(self._variables, known=self.names)

    def optional(self, name: str) -> str | None:
        """Return the value, or None. Raises :class:`SettingError` if both forms are set or a file cannot be read."""
        self.names.add(name)
        value, path = self._variables.get(name), self._variables.get(f"{name}_FILE")
        if path and value:
            raise SettingError(f"{name} and {name}_FILE are both set: keep one of them")
        if path:
            return _read(name, path)
        return value or None

    def text(self, name: str, default: str | None = None) -> str:
        """Return a string. Without ``default``, the variable is required."""
        value = self.optional(name)
        if value is not None:
            return value
        if default is None:
            raise SettingError(
                f"{name} is required. Set {name}, or set {name}_FILE to the path of a file that contains the value."
            )
        return default

    def secret(self, name: str, *, least: int = 32, development: str | None = None) -> str:
        """Return a secret of at least ``least`` characters. Error messages never contain it.

        ``development`` is a default for development only. In production the variable is required, and known secrets are
        rejected.
        """
        value = self.text(name, None if self.production else development)
        if len(value) < least:
            raise SettingError(f"{name} has {len(value)} characters: it must have at least {least}")
        self.refuse_known(name, value)
        return value

    def refuse_known(self, name: str, secret: str) -> None:
        """Raise :class:`SettingError` if production uses a publicly known secret (:mod:`.known_secrets`).

        :meth:`secret` and :meth:`address` do this. Code that reads a secret in another way must call this method.
        """
        if self.production and is_guessable(secret):
            raise SettingError(
                f"{name} is publicly known, or easy to guess: production needs a random secret of its own"
            )

    def address(self, name: str, default: str | None = None) -> str:
        """Return a URL that may contain a password. In production, publicly known passwords are rejected."""
        value = self.text(name, default)
        if self.production and any(map(is_known_password, passwords_of(value))):
            raise SettingError(f"{name} contains a publicly known password: production needs a random one")
        return value

    def integer(self, name: str, default: int, *, least: int, most: int) -> int:
        """Return an integer within bounds."""
        value = self.optional(name)
        try:
            number = default if value is None else int(value)
        except ValueError:
            number = least - 1
        if not least <= number <= most:
            raise SettingError(f"{name} is {value!r}: it must be a whole number from {least} to {most}")
        return number

    def choice(self, name: str, choices: tuple[str, ...], default: str) -> str:
        """Return one of the given words."""
        value = self.text(name, default)
        if value not in choices:
            raise SettingError(f"{name} is {value!r}: it must be one of {', '.join(choices)}")
        return value

    def flag(self, name: str, default: bool) -> bool:
        """Return a switch: ``on`` or ``off`` (also true/false, yes/no, 1/0)."""
        value = self.optional(name)
        if value is None:
            return default
        if value.lower() in _ON | _OFF:
            return value.lower() in _ON
        raise SettingError(f"{name} is {value!r}: it must be on or off")

    def parsed(self, name: str, parse: Callable[[str], Value], default: str = "") -> Value:
        """Return the result of ``parse``, whose :class:`ValueError` says what the value must be."""
        value = self.text(name, default)
        try:
            return parse(value)
        except ValueError as error:
            raise SettingError(f"{name} is {value!r}: it must be {error}") from error

    def words(self, name: str, default: str = "") -> tuple[str, ...]:
        """Return a list separated by commas or white space."""
        return tuple(self.text(name, default).replace(",", " ").split())


def _read(name: str, path: str) -> str:
    try:
        value = Path(path).read_text(encoding="utf-8").strip()
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not UTF-8 text"
        raise SettingError(f"{name}_FILE is {path!r}: it must be a readable file ({reason})") from error
    if not value:
        raise SettingError(f"{name}_FILE is {path!r}: it must be a file that is not empty")
    return value
