"""The command ``vf-lint``."""

import argparse
import sys
from collections.abc import Sequence
from importlib.metadata import version

from . import command


def main(arguments: Sequence[str] | None = None) -> int:
    """Lint. The exit status is 0 for no errors, 1 for errors, 2 for wrong usage or unreadable input."""
    parser = argparse.ArgumentParser(prog="vf-lint")
    parser.add_argument("--version", action="version", version=f"vf-lint {version('vf-services-lint')}")
    command.add_arguments(parser)
    return command.run(parser.parse_args(arguments), program="vf-lint")


if __name__ == "__main__":
    sys.exit(main())
