"""The log event reference lists exactly the events that the code logs, with the fields that it gives them."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGE, _, AUDIT = (ROOT / "docs/log-events.md").read_text(encoding="utf-8").partition("## Audit log")
FOLDERS = ("gateway-auth/src", "services", "website", "packages", "runner", "deploy")
LEVELS = {"debug", "info", "warning", "error", "exception", "critical"}
EVERYWHERE = {"request_id", "service", "exc_info", "exception"}


def calls() -> Iterator[tuple[set[str], set[str], str]]:
    """The names, fields and level of each structured log line: ``log.info("name", field=value)``."""
    for folder in FOLDERS:
        for path in (ROOT / folder).rglob("*.py"):
            if "tests" not in path.relative_to(ROOT).parts:
                for function in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                    if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
                        yield from calls_in(function)


def calls_in(function: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[tuple[set[str], set[str], str]]:
    for node in ast.walk(function):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr in LEVELS
            and node.args
        ):
            names = {name for name in strings(node.args[0], function) if re.fullmatch(r"[a-z]+(_[a-z]+)*", name)}
            of_log = isinstance(node.func.value, ast.Name) and node.func.value.id == "log"
            if names and (of_log or "get_logger" in ast.unparse(node.func.value)):
                yield names, {keyword.arg for keyword in node.keywords if keyword.arg}, node.func.attr


def strings(node: ast.expr, function: ast.AST) -> set[str]:
    """The texts that an expression can be: a text, one of two, or a variable that was given one of those."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return {node.value}
    if isinstance(node, ast.IfExp):
        return strings(node.body, function) | strings(node.orelse, function)
    if isinstance(node, ast.Name):
        return {
            text
            for assign in ast.walk(function)
            if isinstance(assign, ast.Assign) and ast.unparse(assign.targets[0]) == node.id
            for text in strings(assign.value, function)
        }
    return set()


def rows() -> dict[str, tuple[str, str]]:
    """The level and the whole line of each event in the page."""
    found = {}
    for line in PAGE.splitlines():
        if match := re.match(r"\| ((?:`[a-z_]+`(?:, )?)+) \| (debug|info|warning|error) \|", line):
            found |= dict.fromkeys(re.findall(r"`(\w+)`", match[1]), (match[2], line))
    return found


def test_the_page_lists_exactly_the_events_of_the_code() -> None:
    logged = {name for names, _, _ in calls() for name in names}
    assert len(logged) > 35
    assert set(rows()) == logged


def test_each_event_has_its_level_and_its_fields() -> None:
    listed, wrong = rows(), []
    for names, fields, level in calls():
        for name in names:
            said, line = listed[name]
            if "the same" in line:
                line = listed["allowed" if name == "anonymous" else "denied"][1]
            missing = [field for field in fields - EVERYWHERE if f"`{field}`" not in line]
            if said != level or missing:
                wrong.append((name, level, missing))
    assert wrong == []


def test_the_audit_log_lists_the_events_of_the_identity_provider() -> None:
    tree = ast.parse((ROOT / "services/identity-provider/identity_provider/audit.py").read_text(encoding="utf-8"))
    (events,) = [node for node in tree.body if isinstance(node, ast.ClassDef) and node.name == "Event"]
    names = {node.value.value for node in events.body if isinstance(node, ast.Assign)}  # type: ignore[attr-defined]
    assert set(re.findall(r"^\| `(\w+)` \|", AUDIT, re.MULTILINE)) == names
