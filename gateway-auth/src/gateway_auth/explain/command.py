"""The command ``gateway-auth explain``: exit status 0 allowed, 1 denied, 2 wrong usage or setting."""

import argparse
import asyncio
import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlencode

from vf_runtime.terminal import Terminal, UsageError

HELP = "show step by step how the gateway decides about a request or token, and why"
_DESCRIPTION = (
    "Takes a request (--request) or a token (--token-file or standard input; never as an argument, where other "
    "processes could read it) and a rule, and shows every step of the decision. Neither the token nor its signature "
    "is printed. The gateway's own settings apply. Exit status: 0 allowed, 1 denied, 2 wrong usage or setting."
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.description = _DESCRIPTION
    source = parser.add_mutually_exclusive_group()
    source.add_argument("--token-file", metavar="FILE", help="a file with the token; - is standard input (the default)")
    source.add_argument("--request", metavar="FILE", help="a file with the request's head; - is standard input")
    parser.add_argument("--scheme", choices=("http", "https"), default="https", help="of a client's request")
    rule = parser.add_argument_group("rule", "as in the address of Traefik's ForwardAuth")
    rule.add_argument("--rule", metavar="QUERY", help="the whole query, such as 'audience=billing&mode=required'")
    rule.add_argument("--audience", metavar="NAME", help="the service, such as billing")
    rule.add_argument("--mode", choices=("required", "optional"), help="default: required")
    rule.add_argument("--roles", metavar="A,B", help="one of these roles is required")
    rule.add_argument("--login", choices=("auto", "never"), help="default: never")
    parser.add_argument("--jwks", metavar="FILE|URL", help="key set of VF_JWT_ISSUER, instead of VF_JWKS_URL")
    parser.add_argument("--now", metavar="TIME", help="decide as at this moment: ISO 8601 or seconds since 1970")
    parser.add_argument("--offline", action="store_true", help="ask neither Redis nor Traefik; no revocations")
    parser.add_argument("--json", action="store_true", help="print JSON")


def run(options: argparse.Namespace) -> int:
    """Explain, print, and say by the exit status whether the request would pass."""
    from vf_runtime import SettingError, configure_logging

    configure_logging("gateway-auth", production=False, level="WARNING")
    try:
        return asyncio.run(_run(options))
    except (SettingError, UsageError) as error:
        print(f"gateway-auth explain: {error}", file=sys.stderr)
    except OSError as error:
        print(f"gateway-auth explain: {error.filename}: {error.strerror}", file=sys.stderr)
    return 2


async def _run(options: argparse.Namespace) -> int:
    from .explain import explain
    from .report import as_text
    from .request_head import question_from_head, question_from_token
    from .situation import make_situation

    situation = make_situation(options.jwks, _moment(options.now), offline=options.offline)
    if options.request is not None:
        question = await question_from_head(_read(options.request), options.scheme)
    else:
        question = question_from_token(_read(options.token_file or "-"), situation.settings.base_domain)
    explanation = await explain(situation, question, _query(options, question.query))
    as_json = json.dumps(explanation, indent=2, ensure_ascii=False)
    print(as_json if options.json else as_text(explanation, Terminal(sys.stdout)))
    return 0 if explanation["allowed"] else 1


def _query(options: argparse.Namespace, found: str | None) -> str:
    """The rule: named by the caller, else the one that came with the request."""
    parts = {name: getattr(options, name) for name in ("audience", "mode", "roles", "login")}
    given = {name: value for name, value in parts.items() if value is not None}
    if options.rule is not None and given:
        raise UsageError("give --rule or its parts (--audience, --mode, --roles, --login), not both")
    if options.rule is not None:
        return str(options.rule).lstrip("?")
    if given:
        return urlencode(given, safe=",")
    if found is None:
        raise UsageError("no rule: give --audience NAME (and --mode, --roles, --login), or --rule QUERY")
    return found


def _moment(text: str | None) -> float | None:
    if text is None:
        return None
    if text.isdecimal():
        return float(text)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise UsageError("--now must be ISO 8601, such as 2026-11-22T18:14:00Z, or seconds since 1970") from None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def _read(path: str) -> bytes:
    if path != "-":
        return Path(path).read_bytes()
    if sys.stdin.isatty():
        print("Reading from the terminal; end with Ctrl-D.", file=sys.stderr)
    return sys.stdin.buffer.read()
