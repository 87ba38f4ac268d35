"""Installs missing programs that tests run and pip can't install (``make test``)."""

import sys

import chromium
import debian


def main() -> int:
    """Report what is missing. Return 0 in any case, because all other tests can run."""
    if not chromium.find_shell() and (debian.can_install() or not chromium.find()):
        problems = chromium.install()
        if not chromium.find():
            _complain("Chromium", "the browser tests will fail", problems)
    if not debian.find("nginx"):
        problems = debian.install("nginx-light")
        if not debian.find("nginx"):
            _complain("nginx", "the tests of its configuration will be skipped", problems)
    return 0


def _complain(program: str, consequence: str, problems: list[str]) -> None:
    bold, plain = ("\x1b[1;31m", "\x1b[0m") if sys.stderr.isatty() else ("", "")
    print(f"{bold}WARNING: no {program}, so {consequence}.{plain}", *problems, sep="\n  ", file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
