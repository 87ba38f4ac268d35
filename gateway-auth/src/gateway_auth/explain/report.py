"""An explanation as text: mark, step and reason in aligned lines, with values and advice below."""

from typing import Any

from vf_runtime.terminal import Terminal

from .explain import Explanation

_MARKS = {"passed": ("✓", "green"), "failed": ("✗", "red"), "skipped": ("\N{EN DASH}", "dim")}
_NAME_WIDTH = 12
_INDENT = 4 + _NAME_WIDTH
_WORDS = {
    "allowed": "ALLOWED",
    "anonymous": "ALLOWED as anonymous",
    "denied": "DENIED",
    "redirected": "DENIED (page loads are redirected to sign-in)",
}


def as_text(explanation: Explanation, terminal: Terminal) -> str:
    """The whole explanation."""
    lines = [f"Explaining {explanation['subject']}", f"Rule       {explanation['rule']}", ""]
    for step in explanation["steps"]:
        lines += _step_lines(step, terminal)
    return "\n".join([*lines, "", *_verdict_lines(explanation, terminal)])


def _step_lines(step: dict[str, Any], terminal: Terminal) -> list[str]:
    mark, colour = _MARKS[step["outcome"]]
    reason = terminal.wrapped(step["reason"], _INDENT)
    if step["outcome"] == "skipped":
        reason = terminal.paint("dim", reason)
    lines = [f"{terminal.paint(colour, terminal.mark(mark))} {step['step']:<{_NAME_WIDTH}}  {reason}"]
    details = step.get("details", {})
    width = max(map(len, details), default=0)
    for name, value in details.items():
        shown = terminal.wrapped(value, _INDENT + width + 2)
        lines.append(" " * _INDENT + f"{terminal.paint('dim', name.ljust(width))}  {shown}")
    if "advice" in step:
        advice = terminal.wrapped(f"What to do: {step['advice']}", _INDENT)
        lines.append(" " * _INDENT + terminal.paint("yellow", advice))
    return lines


def _verdict_lines(explanation: Explanation, terminal: Terminal) -> list[str]:
    code = f" {explanation['code']}" if explanation["code"] else ""
    words = f"{_WORDS[explanation['outcome']]} ({explanation['status']}{code})"
    colour = "green" if explanation["allowed"] else "red"
    lines = [terminal.paint("bold", "Verdict: ") + terminal.paint(colour, words)]
    if explanation["reason"]:
        lines.append(f"  reason: {explanation['reason']}")
    width = max(map(len, explanation["headers"]), default=0)
    return [*lines, *(f"  {name.ljust(width)}  {value}" for name, value in explanation["headers"].items())]
