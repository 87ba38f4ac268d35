"""The website as a separate process, started as the platform starts it."""

import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from vf_django.testing import TEST_KEY
from vf_tokens import key_set_document

ROOT = Path(__file__).parent.parent.parent


@contextmanager
def running_website(folder: Path, **variables: str) -> Iterator[str]:
    """Run the website under gunicorn on a free port, and return its URL."""
    keys = folder / "jwks.json"
    keys.write_text(json.dumps(key_set_document([TEST_KEY])))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {**os.environ, "VF_EDGE_JWKS_FILE": str(keys), "VF_BIND": f"127.0.0.1:{port}", **variables}
    command = [sys.executable, "-m", "gunicorn", "-c", "python:vf_service.gunicorn_conf", "website.wsgi:application"]
    log = folder / "website.log"
    with log.open("w") as output:
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=output, stderr=output)
    try:
        _await_ready(process, port, log)
        yield f"http://vfservices.localhost:{port}"
    finally:
        process.terminate()
        process.wait(10)


def _await_ready(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    deadline = time.monotonic() + 20
    while process.poll() is None and time.monotonic() < deadline:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError(f"the website did not start:\n{log.read_text()}")
