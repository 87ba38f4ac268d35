"""Values and pipelines of Go templates (https://pkg.go.dev/text/template), a small and safe part of them."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

_TOKEN = re.compile(r'\s*(?:("(?:[^"\\]|\\.)*")|(`[^`]*`)|(-?\d+)|(\$\w*)|(\.\w+|\.)|([A-Za-z_]\w*)|([()|]))')
_LONGEST_TEXT = 1_000_000


class TemplateError(Exception):
    """The file uses a template feature that is not rendered here, or uses one wrongly."""


@dataclass(slots=True)
class Scope:
    """Variables and the dot at one place of a template."""

    variables: dict[str, Any]
    dot: Any
    environment: Mapping[str, str]

    def inner(self, dot: Any = ...) -> "Scope":
        """A scope inside this one; what it declares stays inside."""
        return Scope(dict(self.variables), self.dot if dot is ... else dot, self.environment)


def is_true(value: Any) -> bool:
    """Go's truth: not empty, not zero."""
    return bool(value)


def text_of(value: Any) -> str:
    """How Go prints a value."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return "[" + " ".join(map(text_of, value)) + "]" if isinstance(value, list) else str(value)


def _printf(form: str, *values: Any) -> str:
    remaining = list(values)

    def replaced(match: re.Match[str]) -> str:
        if match[1] == "%":
            return "%"
        value = text_of(remaining.pop(0)) if remaining else "%!(MISSING)"
        return f'"{value}"' if match[1] == "q" else value

    return re.sub(r"%([svdq%])", replaced, form)


FUNCTIONS: dict[str, Callable[..., Any]] = {
    "default": lambda fallback, value=None: value if is_true(value) else fallback,
    "ternary": lambda yes, no, condition: yes if is_true(condition) else no,
    "coalesce": lambda *values: next((value for value in values if is_true(value)), None),
    "printf": _printf,
    "print": lambda *values: "".join(map(text_of, values)),
    "eq": lambda first, *others: first in others,
    "ne": lambda first, second: first != second,
    "not": lambda value: not is_true(value),
    "and": lambda *values: next((value for value in values if not is_true(value)), values[-1]),
    "or": lambda *values: next((value for value in values if is_true(value)), values[-1]),
    "list": lambda *values: list(values),
    "len": len,
    "join": lambda separator, values: separator.join(map(text_of, values)),
    "splitList": lambda separator, text: text.split(separator),
    "lower": lambda text: text.lower(),
    "upper": lambda text: text.upper(),
    "trim": lambda text: text.strip(),
    "quote": lambda value: f'"{text_of(value)}"',
    "replace": lambda old, new, text: text.replace(old, new),
}
"""All functions but ``env``, which reads the environment of the check."""


def evaluate(expression: str, scope: Scope) -> Any:
    """The value of a pipeline. Raises :class:`TemplateError`."""
    tokens = _tokens(expression)
    value, end = _pipeline(tokens, 0, scope)
    if end != len(tokens):
        raise _unreadable(expression)
    return value


def _unreadable(expression: str) -> TemplateError:
    words = " ".join(expression.split())
    return TemplateError(f"{{{{ {words if len(words) <= 80 else f'{words[:79]}…'} }}}} cannot be read")


def _tokens(expression: str) -> list[str]:
    tokens, position = [], 0
    expression = expression.rstrip()
    while position < len(expression):
        match = _TOKEN.match(expression, position)
        if match is None:
            raise _unreadable(expression)
        tokens.append(match[0].strip())
        position = match.end()
    return tokens


def _pipeline(tokens: list[str], position: int, scope: Scope) -> tuple[Any, int]:
    value, position = _command(tokens, position, scope, [])
    while position < len(tokens) and tokens[position] == "|":
        value, position = _command(tokens, position + 1, scope, [value])
    return value, position


def _command(tokens: list[str], position: int, scope: Scope, piped: list[Any]) -> tuple[Any, int]:
    """A function with its arguments, or one value; what is piped in comes last."""
    name = tokens[position] if position < len(tokens) else ""
    is_call = name.isidentifier() and name not in ("true", "false", "nil")
    position += is_call
    values = []
    while position < len(tokens) and tokens[position] not in ("|", ")"):
        value, position = _operand(tokens, position, scope)
        values.append(value)
    if is_call:
        return _call(name, values + piped, scope), position
    if len(values) != 1 or piped:
        raise TemplateError("a pipeline does not begin with a value or function")
    return values[0], position


def _call(name: str, values: list[Any], scope: Scope) -> Any:
    try:
        if name == "env":
            (variable,) = values
            return scope.environment.get(variable, "")
        result = FUNCTIONS[name](*values)
    except KeyError as error:
        raise TemplateError(f"the function {name} is not known to this check") from error
    except (TypeError, ValueError, AttributeError, IndexError) as error:
        raise TemplateError(f"the function {name} is called with the wrong values") from error
    if isinstance(result, str) and len(result) > _LONGEST_TEXT:  # thirty lines that each double a text fill the memory
        raise TemplateError(f"the function {name} makes a text of more than {_LONGEST_TEXT:,} characters")
    return result


def _operand(tokens: list[str], position: int, scope: Scope) -> tuple[Any, int]:
    word = tokens[position]
    if word == "(":
        value, position = _pipeline(tokens, position + 1, scope)
        if position >= len(tokens):
            raise TemplateError("a parenthesis is not closed")
        return value, position + 1
    return _literal(word, scope), position + 1


def _literal(word: str, scope: Scope) -> Any:
    if word[0] == '"':
        return re.sub(r"\\(.)", lambda escape: {"n": "\n", "t": "\t"}.get(escape[1], escape[1]), word[1:-1])
    if word[0] == "`":
        return word[1:-1]
    if word in ("true", "false", "nil"):
        return {"true": True, "false": False, "nil": None}[word]
    if word == ".":
        return scope.dot
    if word in scope.variables:
        return scope.variables[word]
    if word.lstrip("-").isdecimal():
        return int(word)
    if word.isidentifier():
        return _call(word, [], scope)
    raise TemplateError(f"{word} is not known to this check")
