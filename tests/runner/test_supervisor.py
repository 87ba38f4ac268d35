"""Processes that die, hang, can't start or leave others behind, with real, small processes."""

import asyncio
import os
import signal
import socket
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest

from runner import CannotStart, Event, State, supervisor
from runner.probes import http_ready
from runner.process import Process
from runner.supervisor import Supervisor

SERVE = "import sys, http.server as h; h.HTTPServer(('127.0.0.1', int(sys.argv[1])), h.SimpleHTTPRequestHandler)"
FOREVER = f"{SERVE}.serve_forever()"


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def alive(pid: int) -> bool:
    """Return False for a zombie, which is dead but not yet reaped."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


class Scene:
    """Runs processes under a supervisor and records the events."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.events: list[Event] = []

    def process(self, name: str, code: str = FOREVER, needs: tuple[str, ...] = ()) -> Process:
        port = free_port()
        return Process(
            name=name,
            command=(sys.executable, "-c", code, str(port)),
            environment={"PATH": os.environ["PATH"]},
            cwd=self.folder,
            ready=http_ready(port, "/"),
            needs=needs,
            advice="Look at the log.",
        )

    def play(self, *processes: Process, then: Callable[[], object] = lambda: None) -> None:
        """Start, wait until all are ready, do something, stop. In a thread, because this one may have a browser's event
        loop.
        """
        with ThreadPoolExecutor(1) as thread:
            thread.submit(asyncio.run, self._play(processes, then)).result()

    async def _play(self, processes: tuple[Process, ...], then: Callable[[], object]) -> None:
        all_ready = asyncio.Event()
        running = asyncio.create_task(Supervisor(processes, self.folder, self.events.append).run(all_ready))
        waiting = asyncio.create_task(all_ready.wait())
        await asyncio.wait([running, waiting], return_when=asyncio.FIRST_COMPLETED)
        if not running.done():
            await asyncio.to_thread(then)
            running.cancel()
        waiting.cancel()
        with suppress(asyncio.CancelledError):
            await running

    def states(self, name: str) -> list[State]:
        return [event.state for event in self.events if event.process == name]

    def pid(self, name: str) -> int:
        return [event.pid for event in self.events if event.process == name][-1]

    def wait_for(self, name: str, states: list[State]) -> None:
        deadline = time.monotonic() + 20
        while self.states(name) != states and time.monotonic() < deadline:
            time.sleep(0.02)
        assert self.states(name) == states


@pytest.fixture
def scene(tmp_path: Path) -> Scene:
    return Scene(tmp_path)


def test_a_process_starts_when_what_it_needs_is_ready_and_stops_before_it(scene: Scene) -> None:
    scene.play(scene.process("website", needs=("gateway",)), scene.process("gateway"))
    order = [(event.process, event.state) for event in scene.events]
    assert order == [
        ("gateway", State.STARTING),
        ("gateway", State.READY),
        ("website", State.STARTING),
        ("website", State.READY),
        ("website", State.STOPPED),
        ("gateway", State.STOPPED),
    ]


def test_a_killed_process_is_started_again(scene: Scene) -> None:
    cycle = [State.STARTING, State.READY]

    def kill_it() -> None:
        os.kill(scene.pid("billing"), signal.SIGKILL)
        scene.wait_for("billing", [*cycle, State.DIED, *cycle])

    scene.play(scene.process("billing"), then=kill_it)
    died = next(event for event in scene.events if event.state is State.DIED)
    assert died.reason == "signal SIGKILL"
    assert died.restarts == 1


def test_the_workers_of_a_killed_master_go_with_it_and_free_the_port(scene: Scene) -> None:
    """gunicorn's workers hold the listening socket, so the next master could not bind it."""
    code = f"import os, time; server = {SERVE[len('import sys, http.server as h; ') :]}"
    code = f"import sys, http.server as h; {code}; os.fork(); server.serve_forever()"
    cycle = [State.STARTING, State.READY]

    def kill_it() -> None:
        os.kill(scene.pid("billing"), signal.SIGKILL)
        scene.wait_for("billing", [*cycle, State.DIED, *cycle])

    scene.play(scene.process("billing", code), then=kill_it)


def test_each_death_in_a_row_makes_the_pause_longer(scene: Scene) -> None:
    def kill_it_twice() -> None:
        for number in (1, 2):
            os.kill(scene.pid("billing"), signal.SIGKILL)
            scene.wait_for(
                "billing", [State.STARTING, State.READY, State.DIED] * number + [State.STARTING, State.READY]
            )

    scene.play(scene.process("billing"), then=kill_it_twice)
    pauses = [event.seconds for event in scene.events if event.state is State.DIED]
    assert pauses == [supervisor.FIRST_PAUSE, 2 * supervisor.FIRST_PAUSE]


def test_one_that_cannot_start_stops_the_others_and_shows_its_log(scene: Scene) -> None:
    broken = scene.process("billing", "import sys; sys.exit('VF_THREADS is wrong')")
    good = scene.process("gateway")
    with pytest.raises(CannotStart) as failure:
        scene.play(good, broken)
    assert "billing cannot start (exit code 1)" in str(failure.value)
    assert "VF_THREADS is wrong" in failure.value.log
    assert failure.value.advice
    assert not alive(scene.pid("gateway"))


def test_one_that_stops_being_able_to_start_is_given_up_after_some_attempts(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervisor, "FIRST_PAUSE", 0.01)
    code = f"import os, sys; os.path.exists('broken') and sys.exit('broken'); exec({FOREVER!r})"

    def break_it() -> None:
        (scene.folder / "broken").touch()
        os.kill(scene.pid("billing"), signal.SIGKILL)
        time.sleep(3)

    with pytest.raises(CannotStart, match="billing cannot start"):
        scene.play(scene.process("billing", code), then=break_it)
    assert scene.states("billing").count(State.STARTING) == supervisor.MAX_ATTEMPTS


def test_one_that_ignores_the_request_to_stop_is_killed(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervisor, "STOP_SECONDS", 0.3)
    scene.play(scene.process("stubborn", f"import signal; signal.signal(15, signal.SIG_IGN); exec({FOREVER!r})"))
    assert not alive(next(event.pid for event in scene.events if event.state is State.READY))


def test_one_that_never_becomes_ready_is_given_up(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervisor, "START_SECONDS", 0.5)
    with pytest.raises(CannotStart, match=r"not ready after .* got no response") as failure:
        scene.play(scene.process("silent", "import time; time.sleep(60)"))
    assert "silent.log" in failure.value.log  # it wrote nothing


def test_the_status_of_the_last_probe_is_shown(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervisor, "START_SECONDS", 1.5)
    server = "h.HTTPServer(('127.0.0.1', int(sys.argv[1])), h.BaseHTTPRequestHandler)"
    code = f"import http.server as h, sys; {server}.serve_forever()"
    with pytest.raises(CannotStart, match=r"not ready after 2 s: GET http://127\.0\.0\.1:\d+/ returned 501"):
        scene.play(scene.process("unfinished", code))
