"""``VF_WORKERS`` processes that share the ports; one that dies or hangs is replaced."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from types import FrameType
from typing import Self

import structlog

from vf_runtime import SettingError
from vf_runtime.addresses import Address

CHECK_SECONDS = 0.5
STOP_SECONDS = 15.0
START_SECONDS = 60.0
"""Within which a worker gives its first sign of life: it loads its code first."""

SILENCE_SECONDS = 10.0
"""After which a worker that gave signs of life is taken for hung; it gives one each second. Requests that wait for
it fail meanwhile, so it is far below Traefik's 30 s, and far above any pause of a loaded machine."""

WRONG_SETTING = 2
"""A worker's exit status that starting it again cannot change."""

_HUGE_PAGES = "glibc.malloc.hugetlb=1"
"""Asks the kernel for transparent huge pages where it gives them on request. With 100,000 tokens a repeat touches
memory all over the heap, and finding the pages costs as much as everything else that is done for it."""

log = structlog.get_logger(__name__)


def check_free(variable: str, address: Address) -> None:
    """Raises :class:`SettingError` naming ``variable`` if ``address`` is taken or not one of this machine's.

    Workers share the port with ``SO_REUSEPORT``. Without this check, an old gateway that is still running would handle
    some of the requests with its old settings.
    """
    try:
        family, kind, protocol, _, place = socket.getaddrinfo(address.host, address.port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(place)
    except OSError as error:
        raise SettingError(
            f"{variable} is '{address.host}:{address.port}': it must be a free address ({error.strerror})"
        ) from error


class Worker:
    """One process, and the pipe on which it gives signs of life."""

    def __init__(self, process: "subprocess.Popen[bytes]", signs: int) -> None:
        self.process = process
        self.silent_after = time.monotonic() + START_SECONDS
        self._signs = signs

    @classmethod
    def start(cls, environment: dict[str, str]) -> Self:
        """A new process."""
        signs, end = os.pipe()
        os.set_blocking(signs, False)
        command = [sys.executable, "-m", "gateway_auth", "worker", f"--signs-of-life={end}"]
        try:
            process = subprocess.Popen(command, env=environment, pass_fds=(end,))  # noqa: S603  our own program
            return cls(process, signs)
        finally:
            os.close(end)

    def kill_if_hung(self, slept: float) -> None:
        """End a worker without signs of life: it still gets its share of the connections, and answers none of them.

        ``slept`` is how long the supervisor did nothing: after a long pause it cannot know.
        """
        heard = slept > SILENCE_SECONDS / 2
        with suppress(BlockingIOError):
            heard = bool(os.read(self._signs, 4096)) or heard
        if heard:
            self.silent_after = time.monotonic() + SILENCE_SECONDS
        if time.monotonic() > self.silent_after and self.process.poll() is None:
            self.process.kill()
            self.process.wait()
            log.error("worker_hung", pid=self.process.pid)

    def forget(self, folder: str) -> None:
        """Remove what a dead one leaves: the pipe, and its live gauges (prometheus_client's own rule)."""
        from prometheus_client.multiprocess import mark_process_dead  # slow to load, and seldom needed

        os.close(self._signs)
        mark_process_dead(self.process.pid, folder)  # type: ignore[no-untyped-call]


class Supervisor:
    """Starts the workers, watches them, and passes SIGTERM on."""

    def __init__(self, workers: int) -> None:
        self._count = workers
        self._stopping = False
        self._workers: list[Worker] = []

    def run(self) -> int:
        """Until told to stop; the exit status to leave with."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._stop)
        with tempfile.TemporaryDirectory(prefix="gateway-auth-metrics-") as folder:
            environment = {"GLIBC_TUNABLES": _HUGE_PAGES, **os.environ, "PROMETHEUS_MULTIPROC_DIR": folder}
            self._workers = [Worker.start(environment) for _ in range(self._count)]
            status = 0
            while not self._stopping:
                asleep = time.monotonic()
                time.sleep(CHECK_SECONDS)
                status = self._check(time.monotonic() - asleep, environment, folder)
            self._wait()
            return status

    def _check(self, slept: float, environment: dict[str, str], folder: str) -> int:
        """Replace dead and hung workers, but stop if a setting is wrong. Return the exit status."""
        if any(worker.process.poll() == WRONG_SETTING for worker in self._workers):
            self._stopping = True
            return WRONG_SETTING
        for index, worker in enumerate(self._workers):
            worker.kill_if_hung(slept)
            if worker.process.poll() is not None and not self._stopping:
                log.error("worker_died", pid=worker.process.pid, status=worker.process.returncode)
                worker.forget(folder)
                self._workers[index] = Worker.start(environment)
        return 0

    def _stop(self, _number: int, _frame: FrameType | None) -> None:
        self._stopping = True
        for worker in self._workers:
            worker.process.terminate()

    def _wait(self) -> None:
        for worker in self._workers:
            worker.process.terminate()  # once more: one may have been starting when the signal came
        until = time.monotonic() + STOP_SECONDS
        for worker in self._workers:
            try:
                worker.process.wait(max(0.0, until - time.monotonic()))
            except subprocess.TimeoutExpired:
                log.error("worker_killed", pid=worker.process.pid)
                worker.process.kill()
                worker.process.wait()
