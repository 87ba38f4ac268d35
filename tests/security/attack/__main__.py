"""``make attack URL=…``: the attack suite, run against your own gateway (docs/attack-suite.md)."""

import argparse
import os
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from vf_tokens import UnusableKey, signing_key_from_pem

from .case import Case
from .consent import Refused, endpoint_of
from .report import Table, as_json
from .run import NotReachable, check_reachable, run, sign_in
from .situation import Account, Situation
from .tables import CASES

HELD, BROKEN, NOT_RUN = 0, 1, 2
"""Exit statuses."""


def parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    make = argparse.ArgumentParser(
        prog="python -m tests.security.attack", description=(__doc__ or "").partition("(")[0]
    )
    make.add_argument("url", help="scheme, host and port of the entry point, e.g. http://vfservices.localhost:8000")
    make.add_argument("--protected", default="/api/billing/summary/", help="a path that needs a credential")
    make.add_argument("--user", help="NAME:PASSWORD to sign in with; password also from VF_ATTACK_PASSWORD")
    make.add_argument("--token-file", type=Path, help="a file with a valid access token, instead of --user")
    make.add_argument(
        "--name", help="text about the token's owner in the response of the protected path (with --token-file)"
    )
    make.add_argument(
        "--signing-key", type=Path, help="the issuer's private key (PEM), for tokens with only one invalid part"
    )
    make.add_argument("--issuer", help="the tokens' iss (default: https:// and the host)")
    make.add_argument("--base-domain", help="the domain that redirects must stay in (default: the host)")
    make.add_argument("--full", action="store_true", help="the target is VF Services: test its sign-in and paths too")
    make.add_argument("--connect", help="an IP address to connect to instead of the host")
    make.add_argument("--row", type=int, action="append", help="only this row (can be repeated)")
    make.add_argument("--all", action="store_true", help="show every request, not only those that failed")
    make.add_argument("--json", action="store_true", help="print the results as JSON")
    make.add_argument(
        "--i-may-attack-this",
        action="store_true",
        help="allow another machine as the target, with its owner's permission",
    )
    return make


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return the exit status."""
    options = parser().parse_args(arguments)
    try:
        situation = situation_of(options)
        check_reachable(situation)
    except (Refused, NotReachable, UnusableKey, OSError) as error:
        print(error, file=sys.stderr)
        return NOT_RUN
    cases = [case for case in CASES if not options.row or case.row in options.row]
    return attack(cases, situation, options)


def attack(cases: list[Case], situation: Situation, options: argparse.Namespace) -> int:
    """Send the requests, show the results, and decide."""
    table = Table(sys.stderr if options.json else sys.stdout, every=options.all)
    table.head(situation.origin, len(cases))
    results = []
    for result in run(cases, situation):
        results.append(result)
        table.add(result)
    table.end()
    if options.json:
        print(as_json(results))
    if all(result.skipped for result in results):
        return NOT_RUN
    return BROKEN if any(result.fault for result in results) else HELD


def situation_of(options: argparse.Namespace) -> Situation:
    """Return the target as the options describe it. Raises :class:`Refused` and others."""
    endpoint, authority, host = endpoint_of(options.url, options.connect, consent=options.i_may_attack_this)
    key = signing_key_from_pem(options.signing_key.read_bytes()) if options.signing_key else None
    situation = Situation(
        endpoint=endpoint,
        authority=authority,
        base_domain=options.base_domain or host,
        protected=options.protected,
        issuer=options.issuer or f"https://{host}",
        signing_key=key,
        full=options.full,
    )
    return replace(situation, account=_account(options, situation))


def _account(options: argparse.Namespace, situation: Situation) -> Account | None:
    if options.token_file:
        return Account(options.token_file.read_text(encoding="ascii").strip(), options.name or "")
    if options.user:
        name, _, password = options.user.partition(":")
        return Account(sign_in(situation, name, password or os.environ.get("VF_ATTACK_PASSWORD", "")), name)
    return None


if __name__ == "__main__":
    sys.exit(main())
