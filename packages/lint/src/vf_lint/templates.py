"""Go templates in Traefik's dynamic files, as far as configuration needs them.

Rendered are: ``{{ env "NAME" }}``, strings, numbers, variables (``$x := …``), pipelines, parentheses, ``if`` /
``else if`` / ``else``, ``range``, ``define`` / ``template``, comments, trimming with ``{{-`` and ``-}}``, and the
functions in :data:`gateway_auth.check.template_values.FUNCTIONS`. Anything else is refused by name: then lint the
live configuration (``--traefik-api``), which Traefik itself has rendered.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from .template_values import Scope, TemplateError, evaluate, is_true, text_of

_ACTION = re.compile(r"\{\{(-)?((?:\"(?:[^\"\\]|\\.)*\"|`[^`]*`|[^\"`])*?)(-)?\}\}", re.DOTALL)
_COMMENT = re.compile(r"\{\{(-)?(\s*)/\*.*?\*/\s*(-)?\}\}", re.DOTALL)
"""Its second group is blank, where an action has its text."""
_COMMENT_BEGINS = re.compile(r"\{\{-?\s*/\*")
_ASSIGNMENT = re.compile(r"(\$\w+)\s*:=\s*(.+)", re.DOTALL)
_LOOP = re.compile(r"(?:(\$\w+)\s*,\s*)?(\$\w+)\s*:=\s*(.+)", re.DOTALL)
_BLOCKS = ("if", "range", "define", "with", "block")
_MAX_NODES = 20_000
_MAX_RENDERED = 200_000
"""Nodes rendered, repetitions counted: loops in loops and templates that call two others grow without a bound."""


@dataclass(slots=True)
class Node:
    """A piece of text, or an action with the bodies that belong to it."""

    word: str
    rest: str
    body: "list[Node]"
    otherwise: "list[Node]"


def render(source: str, environment: Mapping[str, str]) -> str:
    """The file's text as Traefik would read it. Raises :class:`TemplateError`."""
    pieces = _split(source)
    nodes, end = _parse(pieces, 0)
    if end != len(pieces):
        raise TemplateError("an {{ end }} or {{ else }} without its beginning")
    return _Rendering(environment, nodes).text(nodes, Scope({}, None, environment))


def _split(source: str) -> list[tuple[str, str]]:
    """Alternating ``("text", …)`` and ``("action", …)``, white space trimmed."""
    pieces: list[tuple[str, str]] = []
    position, trim = 0, False
    while (start := source.find("{{", position)) >= 0:
        match = _action_at(source, start)
        text = source[position:start]
        text = text.lstrip() if trim else text
        pieces.append(("text", text.rstrip() if match[1] else text))
        pieces.append(("action", match[2].strip()))
        position, trim = match.end(), bool(match[3])
    rest = source[position:]
    pieces.append(("text", rest.lstrip() if trim else rest))
    if len(pieces) > _MAX_NODES:
        raise TemplateError("the template is too long")
    return pieces


def _action_at(source: str, start: int) -> re.Match[str]:
    """The action or comment that begins there. One without an end is refused at once, as Traefik does: passing over it
    would read the rest of the file again for each of them."""
    pattern = _COMMENT if _COMMENT_BEGINS.match(source, start) else _ACTION
    match = pattern.match(source, start)
    if match is None:
        line = source.count("\n", 0, start) + 1
        raise TemplateError(f"the {{{{ in line {line} is not closed")
    return match


def _parse(pieces: list[tuple[str, str]], position: int) -> tuple[list[Node], int]:
    """Nodes up to the ``end`` or ``else`` that closes this level, which is left unread."""
    nodes: list[Node] = []
    while position < len(pieces):
        kind, value = pieces[position]
        word, _, rest = value.partition(" ")
        if kind == "action" and word in ("end", "else"):
            break
        position += 1
        if kind == "text":
            nodes.append(Node("text", value, [], []))
        elif word in _BLOCKS:
            node, position = _parse_block(word, rest, pieces, position)
            nodes.append(node)
        elif value:
            nodes.append(Node("template", rest, [], []) if word == "template" else Node("value", value, [], []))
    return nodes, position


def _parse_block(word: str, rest: str, pieces: list[tuple[str, str]], position: int) -> tuple[Node, int]:
    body, position = _parse(pieces, position)
    otherwise: list[Node] = []
    if position >= len(pieces):
        raise TemplateError(f"{{{{ {word} }}}} has no end")
    closing = pieces[position][1]
    if closing.startswith("else if "):
        node, position = _parse_block("if", closing.removeprefix("else if "), pieces, position + 1)
        return Node(word, rest, body, [node]), position
    if closing == "else":
        otherwise, position = _parse(pieces, position + 1)
        if position >= len(pieces):
            raise TemplateError(f"{{{{ {word} }}}} has no end")
    return Node(word, rest, body, otherwise), position + 1


class _Rendering:
    """One file: its named templates and the environment."""

    def __init__(self, environment: Mapping[str, str], nodes: list[Node]) -> None:
        self._environment = environment
        self._rendered = 0
        self._named = {
            evaluate(node.rest, Scope({}, None, environment)): node for node in nodes if node.word == "define"
        }

    def text(self, nodes: list[Node], scope: Scope, depth: int = 0) -> str:
        """The nodes' text; ``depth`` bounds templates that call themselves."""
        if depth > 50:
            raise TemplateError("templates call each other without end")
        return "".join(self._node(node, scope, depth) for node in nodes)

    def _node(self, node: Node, scope: Scope, depth: int) -> str:
        self._rendered += 1
        if self._rendered > _MAX_RENDERED:
            raise TemplateError("the template repeats itself too often")
        if node.word == "text":
            return node.rest
        if node.word == "value":
            return self._value(node.rest, scope)
        if node.word == "if":
            chosen = node.body if is_true(evaluate(node.rest, scope)) else node.otherwise
            return self.text(chosen, scope.inner(), depth + 1)
        if node.word == "range":
            return self._range(node, scope, depth)
        if node.word == "template":
            return self._template(node.rest, scope, depth)
        if node.word == "define":
            return ""
        raise TemplateError(f"{{{{ {node.word} }}}} is not rendered by this check")

    def _value(self, expression: str, scope: Scope) -> str:
        assignment = _ASSIGNMENT.fullmatch(expression)
        if assignment is None:
            return text_of(evaluate(expression, scope))
        scope.variables[assignment[1]] = evaluate(assignment[2], scope)
        return ""

    def _range(self, node: Node, scope: Scope, depth: int) -> str:
        loop = _LOOP.fullmatch(node.rest)
        values = evaluate(loop[3] if loop else node.rest, scope)
        if not isinstance(values, list):
            raise TemplateError("range over something other than a list")
        texts = []
        for index, value in enumerate(values):
            inner = scope.inner(value)
            if loop:
                inner.variables |= {loop[2]: value} | ({loop[1]: index} if loop[1] else {})
            texts.append(self.text(node.body, inner, depth + 1))
        return "".join(texts) or self.text(node.otherwise, scope, depth + 1)

    def _template(self, rest: str, scope: Scope, depth: int) -> str:
        match = re.fullmatch(r'("[^"]*"|`[^`]*`)\s*(.*)', rest, re.DOTALL)
        named = self._named.get(match[1][1:-1]) if match else None
        if match is None or named is None:
            raise TemplateError(f"template {rest.split(' ')[0]} is not defined in this file")
        value = evaluate(match[2], scope) if match[2] else None
        return self.text(named.body, Scope({}, value, self._environment), depth + 1)
