"""``VF_WORKERS`` processes that share the ports; one that dies is started again."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from types import FrameType

import structlog

RESTART_SECONDS = 0.5
STOP_SECONDS = 15.0
WRONG_SETTING = 2
"""A worker's exit status that starting it again cannot change."""

log = structlog.get_logger(__name__)


class Supervisor:
    """Starts the workers, watches them, and passes SIGTERM on."""

    def __init__(self, workers: int) -> None:
        self._count = workers
        self._stopping = False
        self._workers: list[subprocess.Popen[bytes]] = []

    def run(self) -> int:
        """Until told to stop; the exit status to leave with."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._stop)
        with tempfile.TemporaryDirectory(prefix="gateway-auth-metrics-") as folder:
            environment = {**os.environ, "PROMETHEUS_MULTIPROC_DIR": folder}
            self._workers = [_start(environment) for _ in range(self._count)]
            status = 0
            while not self._stopping:
                time.sleep(RESTART_SECONDS)
                status = self._check(environment, folder)
            self._wait()
            return status

    def _check(self, environment: dict[str, str], folder: str) -> int:
        """Start dead workers again, unless a setting is wrong: that would go on for ever. The status to leave with."""
        if any(worker.poll() == WRONG_SETTING for worker in self._workers):
            self._stopping = True
            return WRONG_SETTING
        self._replace_dead(environment, folder)
        return 0

    def _replace_dead(self, environment: dict[str, str], folder: str) -> None:
        for index, worker in enumerate(self._workers):
            if worker.poll() is not None and not self._stopping:
                log.error("worker_died", pid=worker.pid, status=worker.returncode)
                _forget_metrics(worker.pid, folder)
                self._workers[index] = _start(environment)

    def _stop(self, _number: int, _frame: FrameType | None) -> None:
        self._stopping = True
        for worker in self._workers:
            worker.terminate()

    def _wait(self) -> None:
        for worker in self._workers:
            worker.terminate()  # once more: one may have been starting when the signal came
        until = time.monotonic() + STOP_SECONDS
        for worker in self._workers:
            try:
                worker.wait(max(0.0, until - time.monotonic()))
            except subprocess.TimeoutExpired:
                log.error("worker_killed", pid=worker.pid)
                worker.kill()
                worker.wait()


def _start(environment: dict[str, str]) -> "subprocess.Popen[bytes]":
    return subprocess.Popen([sys.executable, "-m", "gateway_auth", "worker"], env=environment)


def _forget_metrics(pid: int, folder: str) -> None:
    """Remove a dead worker's live gauges (prometheus_client's own rule, without loading it here)."""
    from prometheus_client.multiprocess import mark_process_dead

    mark_process_dead(pid, folder)  # type: ignore[no-untyped-call]
