"""Creates the virtual environment: `python3 runner/bootstrap.py [platform|load|bench|docs|dev]`.

This runs under the system's Python, before anything is installed, so it uses only the standard library. A stamp in the
environment records its content: with a matching stamp, this returns immediately. A failed or interrupted installation
leaves no stamp. `load`, `bench` and `docs` are added to `platform`, which they install first.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import IO

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
STAMP = VENV / "vf-installed.json"
LOG = ROOT / ".run" / "log" / "install.log"
OWN_PACKAGES = ("packages/tokens", "packages/django", "packages/lint", "services/common", "gateway-auth")
INCLUDED = {
    "platform": ("platform",),
    "load": ("load",),
    "bench": ("bench",),
    "docs": ("docs",),
    "dev": ("dev", "platform", "load", "bench", "docs"),
}
"""Kinds that an installation of each kind includes."""

ADDED_TO = {"load": "platform", "bench": "platform", "docs": "platform"}
"""The kind that must be installed first: it contains the build tools and the measured programs."""

OLDEST_PYTHON = (3, 11)


def main() -> int:
    """Install what the given kind needs, unless it is installed."""
    kind = sys.argv[1] if len(sys.argv) > 1 else "platform"
    if kind not in INCLUDED:
        return _complain(f"unknown kind {kind!r}. Use one of {', '.join(INCLUDED)}")
    if sys.version_info < OLDEST_PYTHON:
        found = ".".join(map(str, sys.version_info[:3]))
        return _complain(
            f"Python {found} at {sys.executable} is too old: VF Services needs 3.11 or later.\n"
            "Install a newer one and select it: make PYTHON=python3.11 up"
        )
    kinds = [ADDED_TO[kind], kind] if kind in ADDED_TO else [kind]
    if all(map(_is_installed, kinds)):
        return 0
    LOG.parent.mkdir(parents=True, exist_ok=True)
    with (LOG.parent.parent / "install.lock").open("w") as lock:
        _lock(lock)  # `make up` and `make test` in a fresh clone share one environment
        for name in kinds:
            if not _is_installed(name) and (code := _install(name)):
                return code
    return 0


def _lock(lock: IO[str]) -> None:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        sys.stdout.write("  Another installation is running in this clone. Waiting…\n")
        sys.stdout.flush()
        fcntl.flock(lock, fcntl.LOCK_EX)


def _install(kind: str) -> int:
    started = time.monotonic()
    if not sys.stdout.isatty():
        _show(f"  installing packages ({kind}); the log is {_relative(LOG)}", final=True)
    requirements = ROOT / "requirements" / f"{kind}.txt"
    packages = [argument for package in OWN_PACKAGES for argument in ("-e", str(ROOT / package))]
    with LOG.open("w", encoding="utf-8") as log:
        try:
            _make_venv(log)
            held = [name for name in INCLUDED if _is_installed(name)]
            STAMP.unlink(missing_ok=True)
            _pip(["--require-hashes", "-r", str(requirements)], log, total=_count(requirements))
            if kind not in ADDED_TO:
                _pip(["--no-deps", "--no-build-isolation", *packages], log, total=len(OWN_PACKAGES))
        except subprocess.CalledProcessError:
            log.flush()
            return _explain_failure()
        except KeyboardInterrupt:
            _show("", final=True)
            return _complain("Installation interrupted. Run the same command to start it again.")
    _write_stamp(*held, *INCLUDED[kind])
    _show(f"  packages installed in {time.monotonic() - started:.0f} s ({_relative(VENV)})", final=True)
    return 0


def _make_venv(log: IO[str]) -> None:
    python = VENV / "bin" / "python"
    if python.exists() and subprocess.run([python, "-c", "import pip"], stderr=log).returncode == 0:
        return
    _show("  creating the virtual environment")
    shutil.rmtree(VENV, ignore_errors=True)
    subprocess.run([sys.executable, "-m", "venv", str(VENV)], check=True, stdout=log, stderr=subprocess.STDOUT)


def _pip(arguments: list[str], log: IO[str], *, total: int) -> None:
    command = [str(VENV / "bin" / "python"), "-m", "pip", "install", "--disable-pip-version-check", "--no-input"]
    environment = {**os.environ, "PIP_PROGRESS_BAR": "off", "PYTHONUNBUFFERED": "1"}
    process = subprocess.Popen(
        command + arguments, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment
    )
    assert process.stdout is not None  # noqa: S101 - it is a pipe
    seen = 0
    try:
        for line in process.stdout:
            log.write(line)
            match = re.match(r"(?:Collecting|Requirement already satisfied:|Ignoring|Obtaining) (\S+)", line)
            if match:
                seen = min(seen + 1, total)
                _show(f"  package {seen} of {total}: {match[1].split('==')[0].rstrip(':')}")
            elif line.startswith("Installing collected"):
                _show("  unpacking the packages")
    except KeyboardInterrupt:
        process.terminate()
        raise
    finally:
        code = process.wait()
    if code != 0:
        raise subprocess.CalledProcessError(code, command)


def _count(requirements: Path) -> int:
    return len(re.findall(r"^[A-Za-z0-9][^\s]*==", requirements.read_text(encoding="utf-8"), re.MULTILINE))


def _digest(kind: str) -> str:
    digest = hashlib.sha256(f"{sys.version_info[:2]} {ROOT}".encode())
    for path in (f"requirements/{kind}.txt", *(f"{package}/pyproject.toml" for package in OWN_PACKAGES)):
        digest.update((ROOT / path).read_bytes())
    return digest.hexdigest()


def _is_installed(kind: str) -> bool:
    try:
        return bool(json.loads(STAMP.read_text(encoding="utf-8"))[kind] == _digest(kind))
    except (OSError, ValueError, KeyError):
        return False


def _write_stamp(*kinds: str) -> None:
    temporary = STAMP.with_suffix(".new")
    temporary.write_text(json.dumps({name: _digest(name) for name in kinds}), encoding="utf-8")
    temporary.replace(STAMP)


_ADVICE = (
    (
        r"No module named 'ensurepip'|ensurepip is not available|returned non-zero exit status.*ensurepip",
        "This Python has no venv module. On Debian and Ubuntu: apt install python3-venv",
    ),
    (
        r"NewConnectionError|ConnectTimeout|Temporary failure in name resolution|ProxyError|No matching distribution",
        "Can't reach the package registry. Check the network (and PIP_INDEX_URL or HTTPS_PROXY if you use\n"
        "a mirror or proxy), then run the same command again.",
    ),
    (r"CERTIFICATE_VERIFY_FAILED", "The registry's certificate is not trusted. Set PIP_CERT to your CA bundle."),
    (r"No space left on device", "The disk is full."),
)


def _explain_failure() -> int:
    text = LOG.read_text(encoding="utf-8", errors="replace")
    _show("", final=True)
    sys.stderr.write("".join(f"    {line}\n" for line in text.splitlines()[-12:]))
    advice = next((words for pattern, words in _ADVICE if re.search(pattern, text)), "Run the same command again.")
    return _complain(f"Installation failed. The complete log is {_relative(LOG)}.\n{advice}")


def _complain(message: str) -> int:
    sys.stderr.write(f"error: {message}\n")
    return 1


def _show(line: str, *, final: bool = False) -> None:
    """Print a line. On a terminal, the next one overwrites it; elsewhere only the last one is printed."""
    if sys.stdout.isatty():
        width = shutil.get_terminal_size().columns - 1
        sys.stdout.write("\r\x1b[K" + line[:width] + ("\n" if final and line else ""))
    elif final and line:
        sys.stdout.write(line + "\n")
    sys.stdout.flush()


def _relative(path: Path) -> str:
    return str(path.relative_to(ROOT))


if __name__ == "__main__":
    sys.exit(main())
