"""Debian programs that tests run, installed if that needs no password."""

import os
import shutil

from installation import run

_PATH = f"{os.environ.get('PATH', '')}{os.pathsep}/usr/sbin{os.pathsep}/usr/local/sbin"


def find(program: str) -> str | None:
    """Return the program's path. Servers are in folders that are not on every PATH."""
    return shutil.which(program, path=_PATH)


def can_install() -> bool:
    """Return whether this is root on Debian."""
    return bool(shutil.which("apt-get")) and os.geteuid() == 0


def install(package: str) -> list[str]:
    """Install one with apt-get, if this is root on Debian; return the problems."""
    if not shutil.which("apt-get"):
        return ["apt-get: not on this machine"]
    if os.geteuid() != 0:
        return [f"Only root can run: apt-get install {package}"]
    problems = run("Debian's package lists", "apt-get", "update")
    return problems + run(f"Debian's {package}", "apt-get", "install", "-y", "--no-install-recommends", package)
