"""Findings as text for users, or as JSON for programs."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from vf_runtime.terminal import Terminal, harmless

from .configuration import Configuration
from .findings import Finding, Rule, Severity

_COLOURS = {Severity.ERROR: "red", Severity.WARNING: "yellow"}


@dataclass(frozen=True, slots=True)
class Report:
    """The checked configuration and the findings."""

    findings: tuple[Finding, ...]
    looked_at: tuple[str, ...]
    notes: tuple[str, ...]

    def count(self, severity: Severity) -> int:
        """Return the number of findings with this severity."""
        return sum(finding.severity is severity for finding in self.findings)

    def passes(self, *, strict: bool) -> bool:
        """Return True without errors; with ``strict``, also without warnings."""
        return not self.count(Severity.ERROR) and not (strict and self.findings)


def words_about(configuration: Configuration) -> str:
    """Return a summary of a configuration, for the last line."""
    parts = {
        "router": configuration.routers,
        "middleware": configuration.middlewares,
        "entry point": configuration.entry_points or (),
    }
    counts = ", ".join(f"{len(found)} {name if len(found) == 1 else name + 's'}" for name, found in parts.items())
    by = f", read by Traefik {configuration.read_by}" if configuration.read_by else ""
    return f"{configuration.source} ({counts}{by})"


def as_json(report: Report, *, strict: bool) -> str:
    """Return all findings with the texts of their rules."""
    document = {
        "passes": report.passes(strict=strict),
        "errors": report.count(Severity.ERROR),
        "warnings": report.count(Severity.WARNING),
        "findings": [
            {
                "rule": finding.rule.id,
                "severity": finding.severity.value,
                "place": finding.place,
                "detail": finding.detail,
                "title": finding.rule.title,
                "why": finding.rule.why,
                "fix": finding.rule.fix,
            }
            for finding in report.findings
        ],
        "looked_at": list(report.looked_at),
        "notes": list(report.notes),
    }
    return json.dumps(document, indent=2, ensure_ascii=False)


def as_text(report: Report, terminal: Terminal) -> str:
    """Return the findings by severity and rule: places, then the reason and the fix."""
    lines: list[str] = []
    for severity in Severity:
        found = [finding for finding in report.findings if finding.severity is severity]
        for rule, places in groupby(found, key=lambda finding: finding.rule):
            lines += [*_rule_lines(rule, severity, places, terminal), ""]
    lines += [f"note   {terminal.wrapped(note, 7)}" for note in report.notes]
    return "\n".join([*lines, *_summary(report, terminal)])


def rule_list(rules: Iterable[Rule], terminal: Terminal) -> str:
    """Return every rule with its reason, for ``--list-rules``."""
    return "\n\n".join(
        f"{terminal.paint('bold', rule.id)}\n    {rule.title}.\n    why  {terminal.wrapped(rule.why, 9)}\n"
        f"    fix  {terminal.wrapped(rule.fix, 9)}\n    see  {rule.page}"
        for rule in rules
    )


def _rule_lines(rule: Rule, severity: Severity, places: Iterable[Finding], terminal: Terminal) -> list[str]:
    found = list(places)
    width = min(48, max(len(finding.place) for finding in found))
    heading = terminal.paint(_COLOURS[severity], f"{severity.value.upper():<7}")
    lines = [f"{heading} {terminal.paint('bold', rule.id)}  {rule.title}"]
    lines += [
        f"        {_shown(place.place).ljust(width)}  {terminal.wrapped(_shown(place.detail), 10 + width)}"
        for place in found
    ]
    lines.append(f"        {terminal.paint('dim', 'why')}  {terminal.wrapped(rule.why, 13)}")
    lines.append(f"        {terminal.paint('dim', 'fix')}  {terminal.wrapped(rule.fix, 13)}")
    lines.append(f"        {terminal.paint('dim', 'see')}  {rule.page}")
    return lines


def _shown(text: str) -> str:
    """Return text from files without escape sequences, which could control the terminal."""
    return harmless(text, limit=2000)


def _summary(report: Report, terminal: Terminal) -> list[str]:
    errors, warnings = report.count(Severity.ERROR), report.count(Severity.WARNING)
    mark = terminal.paint("red", terminal.mark("✗")) if errors else terminal.paint("green", terminal.mark("✓"))
    return [
        f"{mark} {_counted(errors, 'error')}, {_counted(warnings, 'warning')}",
        *(f"  checked {what}" for what in report.looked_at),
    ]


def _counted(number: int, noun: str) -> str:
    return f"{number or 'no'} {noun}{'' if number == 1 else 's'}"
