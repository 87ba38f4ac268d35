"""nginx as the reference: a stub that responds at once, a backend, and a proxy with ``auth_request``."""

from collections.abc import Mapping
from pathlib import Path

from . import programs
from .processes import Server, Stage, free_port, listens

_MAIN = """\
daemon off;
worker_processes 1;
pid {folder}/{name}.pid;
error_log {folder}/{name}.error.log warn;
events {{ worker_connections 4096; }}
http {{
    access_log off;
    server_tokens off;
    keepalive_requests 100000000;
    keepalive_timeout 600s;
    large_client_header_buffers 4 32k;
    client_body_temp_path {folder}/{name}.body;
    proxy_temp_path {folder}/{name}.proxy;
    fastcgi_temp_path {folder}/{name}.fastcgi;
    uwsgi_temp_path {folder}/{name}.uwsgi;
    scgi_temp_path {folder}/{name}.scgi;
{http}
}}
"""

_SERVER = "    server {{\n        listen 127.0.0.1:{port} backlog=2048;\n{body}\n    }}\n"


def start_stub(stage: Stage, name: str, headers: Mapping[str, str]) -> tuple[Server, int]:
    """Start one worker that answers every request with an empty 200 and ``headers``."""
    lines = "".join(f'            add_header {key} "{value}";\n' for key, value in headers.items())
    return start(stage, name, "", f"        location / {{\n{lines}            return 200;\n        }}")


def start_backend(stage: Stage) -> tuple[Server, int]:
    """Start one worker that answers every request with one small JSON document: the backend of the proxies."""
    body = '        default_type application/json;\n        location / { return 200 \'{"status": "ok"}\'; }'
    return start(stage, "backend", "", body)


def start_proxy(stage: Stage, backend: int) -> tuple[Server, int]:
    """Start a proxy without authentication."""
    body = """\
        location / {
            proxy_set_header Connection "";
            proxy_http_version 1.1;
            proxy_pass http://backend;
        }"""
    return start(stage, "proxy", _upstream("backend", backend), body)


def start_auth_request(stage: Stage, backend: int, gateway: int, audience: str) -> tuple[Server, int]:
    """Start a proxy that calls the gateway for every request, passes its identity headers on, and keeps connections."""
    upstreams = _upstream("backend", backend) + _upstream("gateway", gateway)
    names = ("Id", "Name", "Email", "Roles", "Session", "Assertion")
    taken = "".join(f"            auth_request_set $user_{name} $upstream_http_x_user_{name};\n" for name in names)
    handed = "".join(f"            proxy_set_header X-User-{name} $user_{name};\n" for name in names)
    body = f"""\
        location / {{
            auth_request /verify;
{taken}{handed}            proxy_set_header Authorization "";
            proxy_set_header Connection "";
            proxy_http_version 1.1;
            proxy_pass http://backend;
        }}
        location = /verify {{
            internal;
            proxy_pass_request_body off;
            proxy_set_header Content-Length "";
            proxy_set_header X-Forwarded-Method $request_method;
            proxy_set_header X-Forwarded-Proto $scheme;
            proxy_set_header X-Forwarded-Host $http_host;
            proxy_set_header X-Forwarded-Uri $request_uri;
            proxy_set_header Connection "";
            proxy_http_version 1.1;
            proxy_pass http://gateway/verify?audience={audience}&mode=required;
        }}"""
    return start(stage, "auth-request", upstreams, body)


def _upstream(name: str, port: int) -> str:
    return f"    upstream {name} {{ server 127.0.0.1:{port}; keepalive 128; keepalive_requests 100000000; }}\n"


def start(stage: Stage, name: str, http: str, body: str) -> tuple[Server, int]:
    """Start one nginx worker with these lines. Return the server and its port."""
    port = free_port()
    configuration = stage.folder / f"{name}.conf"
    text = _MAIN.format(folder=stage.folder, name=name, http=http + _SERVER.format(port=port, body=body))
    configuration.write_text(text, encoding="utf-8")
    command: list[str | Path] = [programs.nginx(), "-c", configuration, "-p", stage.folder, "-e", f"{name}.error.log"]
    return stage.start(name, command, ready=listens(port)), port
