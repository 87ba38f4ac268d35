"""The command ``gateway-auth check``: the gateway's own settings, and for Traefik's configuration the lint.

The lint is a package of its own (``vf-services-lint``), which knows nothing of the gateway.
"""

import argparse
import os
import sys

from vf_runtime import configure_logging

HELP = "check the settings, and lint a Traefik configuration"
_NOT_INSTALLED = (
    "gateway-auth check needs the package vf-services-lint of the same version. "
    "Install it from the clone that gateway-auth came from: pip install './packages/lint[traefik]'"
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options: the lint's, and those about the settings."""
    try:
        from vf_lint import command as lint
    except ImportError:
        parser.prefix_chars = "\0"  # no option is known, and none is an error: the answer is the same
        parser.add_argument("anything", nargs="*")
        return
    parser.add_argument("--online", action="store_true", help="also check whether issuers, Redis and Traefik respond")
    parser.add_argument("--no-settings", action="store_true", help="lint Traefik only, not the settings")
    lint.add_arguments(parser)


def run(options: argparse.Namespace) -> int:
    """Check, print, and say by the exit status whether it passes: 0 clean, 1 findings, 2 wrong usage or no lint."""
    try:
        from vf_lint import command as lint
    except ImportError:
        print(_NOT_INSTALLED, file=sys.stderr)
        return 2
    from .own_settings import RULES, check_settings

    configure_logging("gateway-auth", production=False, level="ERROR")
    find = None if options.no_settings else lambda: check_settings(os.environ, online=options.online)
    return lint.run(options, program="gateway-auth check", also=lint.Also("settings", RULES, find))
