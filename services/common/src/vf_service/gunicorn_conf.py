"""gunicorn for a service behind the edge: ``gunicorn -c python:vf_service.gunicorn_conf billing.wsgi:application``."""

import os
from typing import Any

from vf_runtime import Environment
from vf_service.serving.bounds import Bounds
from vf_service.settings import stop_on_setting_error

_environment = Environment()
with stop_on_setting_error():
    bind = _environment.text("VF_BIND", "127.0.0.1:8000")
    workers = _environment.integer("VF_PROCESSES", 1, least=1, most=64)
    threads = _environment.integer("VF_THREADS", 8, least=1, most=256)
    Bounds.from_environment(_environment)
worker_class = "vf_service.serving.worker.BufferingWorker"
"""gthread occupies a thread for each connection that has started a request, so eight idle uploads block eight threads.
"""

preload_app = True
"""With an invalid setting, gunicorn exits with one line instead of restarting workers forever."""

forwarder_headers = ""
"""By default, gunicorn lets clients on loopback set SCRIPT_NAME and PATH_INFO with headers of those names: ``GET
/public/admin`` with ``SCRIPT_NAME: /public`` would reach ``/admin`` and bypass the access rules.
"""

forwarded_allow_ips = ""
"""No client sets the URL scheme through gunicorn. Django reads X-Forwarded-Proto (SECURE_PROXY_SSL_HEADER)."""

header_map = "drop"
"""Otherwise ``X_User_Id`` would become ``HTTP_X_USER_ID`` in Python, like ``X-User-Id``."""

keepalive = 95
"""Seconds. Traefik reuses a connection for 90 s and must close it first, or requests get lost."""

timeout = 60
"""Seconds without a heartbeat from a worker's loop. Requests may take longer, because they run in threads."""
graceful_timeout = 20
"""Seconds that requests have to finish after SIGTERM."""

worker_tmp_dir = "/dev/shm" if os.path.isdir("/dev/shm") else None  # noqa: S108, PTH112
"""Directory of the worker's heartbeat file: in memory, so that a busy disk doesn't make a worker look dead."""

control_socket_disable = True
"""Turns off gunicorn's management socket: it isn't needed, and two services of one user would share its path."""

accesslog = None
"""Turns off gunicorn's access log: RequestContextMiddleware logs each request, with its request ID."""

errorlog = "-"
loglevel = "warning"


def child_exit(server: Any, worker: Any) -> None:
    """Remove the live gauges of a worker that has ended (Prometheus's multiprocess mode)."""
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        from prometheus_client import multiprocess

        multiprocess.mark_process_dead(worker.pid)  # type: ignore[no-untyped-call]
