"""System checks of a deployment (``manage.py check --deploy``): only the gateway decides about requests."""

import ast
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register

from . import gunicorn_settings
from .identity import DIRECT, installed_middleware

PROXY_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")


@register(Tags.security, deploy=True)
def check_direct_mode(**_: Any) -> list[CheckMessage]:
    """vf.W010: report that direct mode does not check revocations."""
    if DIRECT not in installed_middleware():
        return []
    hint = "Put the service behind the gateway, or accept that a revoked token works until it expires."
    return [Warning("The service verifies tokens itself and can't detect revoked ones.", hint=hint, id="vf.W010")]


@register(Tags.security, deploy=True)
def check_hosts(**_: Any) -> list[CheckMessage]:
    """vf.E011: report ``ALLOWED_HOSTS`` that accepts any host."""
    if "*" not in settings.ALLOWED_HOSTS:
        return []
    hint = "Name the hosts. A wildcard lets a client choose the origin that the cross-site rule and links are built on."
    return [Error("ALLOWED_HOSTS contains '*'.", hint=hint, id="vf.E011")]


@register(Tags.security, deploy=True)
def check_proxy_header(**_: Any) -> list[CheckMessage]:
    """vf.W012: report that ``request.is_secure()`` does not follow the edge's header."""
    header = settings.SECURE_PROXY_SSL_HEADER
    if header is not None and tuple(header) == PROXY_HEADER:
        return []
    hint = f"Set SECURE_PROXY_SSL_HEADER = {PROXY_HEADER!r}: the edge sets that header and removes a client's own."
    problem = "is not set: every request looks like plain HTTP" if header is None else f"trusts {header[0]}"
    return [Warning(f"SECURE_PROXY_SSL_HEADER {problem}.", hint=hint, id="vf.W012")]


@register(Tags.security, deploy=True)
def check_gunicorn(**_: Any) -> list[CheckMessage]:
    """vf.E013, vf.W014: report gunicorn settings that let a header rewrite the path or imitate an identity header."""
    location = getattr(settings, "VF_GUNICORN_CONFIG", None)
    if location is None and Path("gunicorn.conf.py").is_file():
        location = "gunicorn.conf.py"
    try:
        effective = gunicorn_settings.read(location)
    except ImportError:
        return []  # another server
    except gunicorn_settings.Unreadable as error:
        return [Warning(f"gunicorn's configuration cannot be read: {error}.", id="vf.W014")]
    return _judge(effective)


@register(Tags.security, deploy=True)
def check_outermost_layer(**_: Any) -> list[CheckMessage]:
    """vf.W019: report an application that is not the library's: its exceptions would reach the server."""
    hint = (
        "Import get_wsgi_application from vf_django.wsgi, or get_asgi_application from vf_django.asgi: with Django's "
        "own, a client's charset chooses a codec, and the server answers what fails before the first middleware."
    )
    named = {name: getattr(settings, name, None) for name in ("WSGI_APPLICATION", "ASGI_APPLICATION")}
    return [
        Warning(f"{name} lacks the library's outermost layer.", hint=hint, id="vf.W019")
        for name, application in named.items()
        if application and not _uses_the_library(application.rpartition(".")[0])
    ]


def _uses_the_library(module: str) -> bool:
    """Return True if the module uses the library, or cannot be read. The file is read, not imported: importing could
    start work that a check must not start.
    """
    try:
        found = find_spec(module)
        source = ast.parse(Path(found.origin).read_text(encoding="utf-8")) if found and found.origin else None
    except (ImportError, OSError, SyntaxError, ValueError):
        return True
    if source is None:
        return True
    return any(name.startswith(("vf_django.wsgi", "vf_django.asgi")) for name in _imported(source))


def _imported(source: ast.Module) -> Iterator[str]:
    for node in ast.walk(source):
        if isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


def _judge(effective: gunicorn_settings.GunicornSettings) -> list[CheckMessage]:
    hint = (
        "Run gunicorn with --forwarder-headers '' and --header-map drop, or put both into its configuration; "
        "name the configuration in settings.VF_GUNICORN_CONFIG so that this check reads it."
    )
    found: list[CheckMessage] = []
    if effective.forwarder_headers:
        names = ", ".join(effective.forwarder_headers)
        found.append(Error(f"gunicorn lets headers rewrite the request: {names}.", hint=hint, id="vf.E013"))
    if effective.header_map == "dangerous":
        found.append(Error("gunicorn passes X_User_Id on as if it were X-User-Id.", hint=hint, id="vf.E013"))
    return found
