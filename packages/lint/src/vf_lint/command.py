"""The common implementation of ``vf-lint`` and ``gateway-auth check``: exit status 0 clean, 1 findings, 2 wrong usage
or unreadable input.
"""

import argparse
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from vf_runtime import Environment, SettingError
from vf_runtime.terminal import Terminal, UsageError

if TYPE_CHECKING:
    from .configuration import Configuration
    from .expectations import Expectations
    from .findings import Finding, Rule

_DESCRIPTION = (
    "Find Traefik routes that bypass or weaken the gateway, in files or with the live API. A Traefik that this command "
    "starts on loopback reads the dynamic files, and renders their Go templates with this process's environment. "
    "Exit status: 0 no errors, 1 errors (with --strict also warnings), 2 wrong usage or unreadable input."
)


@dataclass(frozen=True, slots=True)
class Also:
    """An additional check of a program."""

    name: str
    """Its name in the report."""
    rules: "tuple[Rule, ...]"
    find: "Callable[[], list[Finding]] | None"
    """The check; None skips it."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.description = _DESCRIPTION
    source = parser.add_argument_group("Traefik configuration")
    source.add_argument("--traefik-static", metavar="FILE", type=Path, help="traefik.yml")
    source.add_argument(
        "--traefik-dynamic", metavar="FILE|DIR", type=Path, action="append", default=[], help="can be repeated"
    )
    source.add_argument("--traefik-api", metavar="URL", help="a running Traefik, such as http://127.0.0.1:8080")
    source.add_argument(
        "--traefik-api-token-file", metavar="FILE", type=Path, help="file with a bearer token for that API"
    )
    meant = parser.add_argument_group("intentional exceptions (each option can be repeated)")
    meant.add_argument(
        "--public-chain", metavar="NAME", action="append", help="chain of public routes (default: public)"
    )
    meant.add_argument(
        "--public-service", metavar="NAME", action="append", default=[], help="trusts no identity header"
    )
    meant.add_argument(
        "--internal-entry-point", metavar="NAME", action="append", help="not reachable from outside (default: internal)"
    )
    meant.add_argument("--ignore", metavar="RULE", action="append", default=[], help="skip a rule")
    parser.add_argument("--strict", action="store_true", help="fail on warnings too")
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--list-rules", action="store_true", help="print every rule with its reason, then exit")


def run(options: argparse.Namespace, *, program: str, also: Also | None = None) -> int:
    """Lint, print the findings, and return the exit status."""
    from .report import Report, as_json, as_text, rule_list, words_about
    from .rules import CHECKS

    terminal = Terminal(sys.stdout)
    rules = [*(rule for rule, _ in CHECKS), *(also.rules if also else ())]
    if options.list_rules:
        print(rule_list(rules, terminal))
        return 0
    find = also.find if also else None
    try:
        _refuse_unknown(options.ignore, {rule.id for rule in rules})
        configurations = _configurations(options, required=find is None)
        findings = [finding for finding in (find() if find else ()) if finding.rule.id not in options.ignore]
        findings += _findings(options, configurations)
    except UsageError as error:
        print(f"{program}: {error}", file=sys.stderr)
        return 2
    looked_at = [words_about(found) for found in configurations]
    notes = tuple(note for found in configurations for note in found.notes)
    report = Report(tuple(findings), (*([also.name] if also and find else []), *looked_at), notes)
    print(as_json(report, strict=options.strict) if options.json else as_text(report, terminal))
    return 0 if report.passes(strict=options.strict) else 1


def _findings(options: argparse.Namespace, configurations: "list[Configuration]") -> "list[Finding]":
    from .lint import lint

    return [finding for found in configurations for finding in lint(found, _expectations(options))]


def _configurations(options: argparse.Namespace, *, required: bool) -> "list[Configuration]":
    from .from_api import read_api
    from .from_files import read_files

    found = []
    if options.traefik_static or options.traefik_dynamic:
        found.append(read_files(options.traefik_static, options.traefik_dynamic))
    if options.traefik_api:
        token = options.traefik_api_token_file
        found.append(read_api(options.traefik_api, _token(token) if token else None))
    if not found and required:
        raise UsageError("nothing to check. Set --traefik-static, --traefik-dynamic or --traefik-api")
    return found


def _expectations(options: argparse.Namespace) -> "Expectations":
    from .expectations import Expectations

    defaults = Expectations()
    return Expectations(
        base_domain=_base_domain(defaults.base_domain),
        public_chains=frozenset(options.public_chain or defaults.public_chains),
        public_services=frozenset(options.public_service),
        internal_entry_points=frozenset(options.internal_entry_point or defaults.internal_entry_points),
        ignored_rules=frozenset(options.ignore),
    )


def _base_domain(default: str) -> str:
    try:
        return Environment().text("BASE_DOMAIN", default).lower()
    except SettingError as error:
        raise UsageError(str(error)) from error


def _refuse_unknown(names: list[str], known: set[str]) -> None:
    unknown = set(names) - known
    if unknown:
        raise UsageError(f"--ignore: unknown rule {', '.join(sorted(unknown))}. See --list-rules")


def _token(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path} doesn't contain a readable token") from error
