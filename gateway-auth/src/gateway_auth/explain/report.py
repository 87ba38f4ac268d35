"""An explanation as text for a person, or as JSON for a program."""

import json
from typing import Any

from vf_runtime.terminal import Terminal

from .explanation import Explanation, Step, StepOutcome

_MARKS = {
    StepOutcome.PASSED: ("✓", "green"),
    StepOutcome.FAILED: ("✗", "red"),
    StepOutcome.SKIPPED: ("\N{EN DASH}", "dim"),
}
_NAME_WIDTH = 12
_INDENT = 4 + _NAME_WIDTH
_WORDS = {
    "allowed": "ALLOWED",
    "anonymous": "ALLOWED as anonymous",
    "denied": "DENIED",
    "redirected": "DENIED (page loads are redirected to sign-in)",
}


def as_json(explanation: Explanation) -> str:
    """The whole explanation."""
    document: dict[str, Any] = {
        "subject": explanation.subject,
        "rule": explanation.rule,
        "steps": [_step_document(step) for step in explanation.steps],
        "allowed": explanation.allowed,
        "outcome": explanation.outcome,
        "status": explanation.status,
        "code": explanation.code,
        "reason": explanation.reason,
        "headers": explanation.headers,
    }
    return json.dumps(document, indent=2, ensure_ascii=False)


def as_text(explanation: Explanation, terminal: Terminal) -> str:
    """Aligned lines: mark, step, reason; values and advice below."""
    lines = [f"Explaining {explanation.subject}", f"Rule       {explanation.rule}", ""]
    for step in explanation.steps:
        lines += _step_lines(step, terminal)
    return "\n".join([*lines, "", *_verdict_lines(explanation, terminal)])


def _step_document(step: Step) -> dict[str, Any]:
    document: dict[str, Any] = {"step": step.name, "outcome": step.outcome.value, "reason": step.reason}
    if step.details:
        document["details"] = step.details
    if step.advice:
        document["advice"] = step.advice
    return document


def _step_lines(step: Step, terminal: Terminal) -> list[str]:
    mark, colour = _MARKS[step.outcome]
    reason = terminal.wrapped(step.reason, _INDENT)
    if step.outcome is StepOutcome.SKIPPED:
        reason = terminal.paint("dim", reason)
    lines = [f"{terminal.paint(colour, terminal.mark(mark))} {step.name:<{_NAME_WIDTH}}  {reason}"]
    width = max(map(len, step.details), default=0)
    for name, value in step.details.items():
        shown = terminal.wrapped(value, _INDENT + width + 2)
        lines.append(" " * _INDENT + f"{terminal.paint('dim', name.ljust(width))}  {shown}")
    if step.advice:
        lines.append(" " * _INDENT + terminal.paint("yellow", terminal.wrapped(f"What to do: {step.advice}", _INDENT)))
    return lines


def _verdict_lines(explanation: Explanation, terminal: Terminal) -> list[str]:
    colour = "green" if explanation.allowed else "red"
    words = _WORDS[explanation.outcome]
    code = f" {explanation.code}" if explanation.code else ""
    lines = [terminal.paint("bold", "Verdict: ") + terminal.paint(colour, f"{words} ({explanation.status}{code})")]
    if explanation.reason:
        lines.append(f"  reason: {explanation.reason}")
    width = max(map(len, explanation.headers), default=0)
    return [*lines, *(f"  {name.ljust(width)}  {value}" for name, value in explanation.headers.items())]
