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
"""gthread gives a thread to each connection that has begun a request: eight idle uploads stop eight threads."""

preload_app = True
"""A wrong setting stops gunicorn with its one line, instead of killing worker after worker."""

forwarder_headers = ""
"""By default gunicorn lets a peer on loopback set SCRIPT_NAME and PATH_INFO by headers of those names:
``GET /public/admin`` with ``SCRIPT_NAME: /public`` would reach ``/admin`` past the edge's rules."""

forwarded_allow_ips = ""
"""No peer decides the URL scheme either; Django reads X-Forwarded-Proto (SECURE_PROXY_SSL_HEADER)."""

header_map = "drop"
"""``X_User_Id`` would be ``HTTP_X_USER_ID`` in Python, as ``X-User-Id`` is."""

keepalive = 95
"""Seconds. Traefik reuses a connection for 90 s; whoever closes first must be Traefik, or requests get lost."""

timeout = 60
"""Seconds without a sign of life from a worker's loop. A request may take longer: it is in a thread."""
graceful_timeout = 20
"""Seconds that requests have to finish after SIGTERM."""

worker_tmp_dir = "/dev/shm" if os.path.isdir("/dev/shm") else None  # noqa: S108, PTH112
"""The worker's heartbeat file: in memory, where a busy disk cannot make a worker look dead."""

control_socket_disable = True
"""gunicorn's management socket: not needed, and two services of one user would share its path."""

accesslog = None
"""RequestContextMiddleware logs each request, with its id."""

errorlog = "-"
loglevel = "warning"


def child_exit(server: Any, worker: Any) -> None:
    """Forget the live gauges of a worker that ended (Prometheus's multiprocess mode)."""
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        from prometheus_client import multiprocess

        multiprocess.mark_process_dead(worker.pid)  # type: ignore[no-untyped-call]
