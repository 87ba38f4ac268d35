"""Importing a module of the gateway changes nothing outside of it; what a process needs, its start sets up."""

import json
import subprocess
import sys
from pathlib import Path

SOURCES = Path(__file__).resolve().parents[1] / "src"

NOT_IMPORTED = {"gateway_auth.__main__"}
"""The command itself."""

SNAPSHOT = """
import asyncio, decimal, gc, json, locale, logging, os, signal, socket, sys, threading, warnings
import aiohttp.web, prometheus_client.metrics, structlog

def loggers():
    known = {"root": logging.getLogger(), **{
        name: kind for name, kind in logging.root.manager.loggerDict.items() if isinstance(kind, logging.Logger)}}
    return {name: [kind.level, len(kind.handlers), len(kind.filters), kind.propagate, kind.disabled]
            for name, kind in known.items() if kind.level or kind.handlers or kind.filters or not kind.propagate}

def snapshot():
    return {
        "loggers": loggers(),
        "structlog": structlog.is_configured(),
        "prometheus": prometheus_client.metrics._use_created,
        "signals": [str(signal.getsignal(number)) for number in signal.valid_signals()],
        "environment": sorted(os.environ.items()),
        "warnings": [str(one) for one in warnings.filters],
        "hooks": [repr(sys.excepthook), repr(sys.unraisablehook), repr(threading.excepthook)],
        "threads": threading.active_count(),
        "timeout": socket.getdefaulttimeout(),
        "event loops": type(asyncio.get_event_loop_policy()).__name__,
        "decimal": str(decimal.getcontext()),
        "collector": [gc.get_threshold(), gc.isenabled(), gc.get_freeze_count()],
        "locale": locale.setlocale(locale.LC_ALL),
        "limits": [sys.getrecursionlimit(), sys.get_int_max_str_digits(), sys.getswitchinterval()],
        "folder": [os.getcwd(), os.umask(os.umask(0o22))],
        "files": sorted(os.listdir("/proc/self/fd")) if os.path.isdir("/proc/self/fd") else [],
    }

before = snapshot()
{imports}
after = snapshot()
print(json.dumps({key: [before[key], after[key]] for key in before if before[key] != after[key]}, default=str))
"""


def modules() -> list[str]:
    names = [".".join(path.relative_to(SOURCES).with_suffix("").parts) for path in sorted(SOURCES.rglob("*.py"))]
    return [name.removesuffix(".__init__") for name in names if name not in NOT_IMPORTED]


def test_importing_all_of_the_gateway_changes_nothing_outside_of_it() -> None:
    assert len(modules()) > 50
    imports = "\n".join(f"import {module}" for module in modules())
    program = SNAPSHOT.replace("{imports}", imports)
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    assert json.loads(run.stdout.splitlines()[-1]) == {}
