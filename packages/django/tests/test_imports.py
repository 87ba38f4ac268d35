"""Importing a module of the library changes nothing outside of it: a service imports it beside much else."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGES = Path(__file__).resolve().parents[2]
SOURCES = {
    "vf_tokens": PACKAGES / "tokens/src",
    "vf_edge": PACKAGES / "tokens/src",
    "vf_runtime": PACKAGES / "tokens/src",
    "vf_django": PACKAGES / "django/src",
}

SNAPSHOT = """
import asyncio, decimal, encodings, gc, json, locale, logging, mimetypes, os, signal, socket, sys, threading, warnings
import django.core.signals, django.db.models.signals, django.http.multipartparser, django.test.signals
import prometheus_client.metrics, structlog
import django.core.checks.registry
from django.conf import settings
settings.configure(INSTALLED_APPS=["rest_framework", "drf_spectacular"], SECRET_KEY="x", REST_FRAMEWORK={
    "DEFAULT_AUTHENTICATION_CLASSES": [], "UNAUTHENTICATED_USER": None})
import django
django.setup()
import drf_spectacular.views, rest_framework.views, django.core.handlers.asgi, django.test

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
        "collector": [gc.get_threshold(), gc.isenabled()],
        "locale": locale.setlocale(locale.LC_ALL),
        "limits": [sys.getrecursionlimit(), sys.get_int_max_str_digits(), sys.getswitchinterval()],
        "multipart": repr(django.http.multipartparser.parse_header_parameters),
        "request started": len(django.core.signals.request_started.receivers),
        "folder": [os.getcwd(), os.umask(os.umask(0o22))],
    }

before = snapshot()
{imports}
after = snapshot()
print(json.dumps({key: [before[key], after[key]] for key in before if before[key] != after[key]}, default=str))
"""


def modules(package: str) -> list[str]:
    source = SOURCES[package]
    names = [
        ".".join(path.relative_to(source).with_suffix("").parts) for path in sorted(source.glob(f"{package}/**/*.py"))
    ]
    return [name.removesuffix(".__init__") for name in names]


def test_the_search_finds_the_modules_of_every_package() -> None:
    assert {"vf_edge.cookies", "vf_runtime.logs", "vf_tokens.access", "vf_django.metrics"} <= {
        module for package in SOURCES for module in modules(package)
    }


@pytest.fixture(scope="module")
def changes() -> dict[str, object]:
    """By package: what importing all of it changed."""
    found = {}
    for name in SOURCES:
        program = SNAPSHOT.replace("{imports}", "\n".join(f"import {member}" for member in modules(name)))
        run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
        assert run.returncode == 0, run.stderr
        found[name] = json.loads(run.stdout.splitlines()[-1])
    return found


@pytest.mark.parametrize("package", SOURCES)
def test_importing_a_package_changes_nothing_outside_of_it(changes, package) -> None:
    assert changes[package] == {}
