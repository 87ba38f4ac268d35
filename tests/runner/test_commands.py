"""`make up`, `start`, `status`, `logs` and `stop`: the life of one platform, from empty to empty."""

import json
import os
import pty
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from runner import Ports
from runner.beside import with_others
from runner.instance import Instance
from runner.settings import Settings
from tests.conftest import own_environment

ROOT = Path(__file__).resolve().parents[2]
PROCESSES = (
    "valkey",
    "identity-provider",
    "revocation-relay",
    "billing",
    "inventory",
    "website",
    "gateway-auth",
    "traefik",
)


class Shell:
    """Runs the runner's commands for one state folder."""

    def __init__(self, state_dir: Path) -> None:
        self.state_dir = state_dir
        ports = {variable: str(port) for variable, port in Ports.free().by_variable()}
        self.environment = own_environment(**ports, VF_RUN_DIR=str(state_dir), COLUMNS="120", NO_COLOR="1")

    def run(self, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "runner", *arguments],
            cwd=ROOT,
            env={**self.environment, **variables},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    def state(self) -> dict:
        return json.loads((self.state_dir / "runner.json").read_text())

    def leftovers(self) -> list[str]:
        """Return the processes that still use this state folder, after a short wait for those that are ending."""
        deadline = time.monotonic() + 3
        while (found := self._living()) and time.monotonic() < deadline:
            time.sleep(0.05)
        return found

    def _living(self) -> list[str]:
        found = []
        for process in Path("/proc").glob("[0-9]*"):
            try:
                words = (process / "cmdline").read_bytes() + (process / "environ").read_bytes()
            except OSError:
                continue
            if bytes(self.state_dir) in words and int(process.name) != os.getpid():
                found.append((process / "cmdline").read_text())
        return found


@pytest.fixture(scope="module")
def shell(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shell]:
    shell = Shell(tmp_path_factory.mktemp("run") / "state")
    yield shell
    shell.run("stop")


@pytest.fixture(scope="module")
def started(shell: Shell) -> str:
    """Return the output of the first start in an empty folder."""
    result = shell.run("start")
    assert result.returncode == 0, result.stdout + result.stderr
    return result.stdout


@pytest.fixture
def running(shell: Shell, started: str) -> None:
    """Return a running platform, whatever ran before."""
    if shell.run("status").returncode != 0:
        assert shell.run("start").returncode == 0


@pytest.fixture
def stopped(shell: Shell, started: str) -> None:
    """Return a platform that was started once and is stopped."""
    shell.run("stop")


def test_a_platform_with_another_base_is_named_in_messages_and_hints(tmp_path: Path) -> None:
    settings = replace(Settings.from_environment({}), root=tmp_path, state_dir=tmp_path / ".run")
    assert (with_others(settings, "None."), settings.make("stop")) == ("None.", "make stop")
    with Instance(tmp_path / ".run" / "24000").hold():
        assert with_others(settings, "None.") == "None.\nA platform runs with VF_PORT_BASE=24000."
    other = replace(Settings.from_environment({"VF_PORT_BASE": "9000"}), root=tmp_path)
    with Instance(tmp_path / ".run").hold():
        assert with_others(other, "None.") == "None.\nA platform runs without VF_PORT_BASE."
    assert other.make("stop") == "VF_PORT_BASE=9000 make stop"


def test_before_the_first_start_nothing_runs(shell: Shell) -> None:
    assert shell.run("status").returncode == 3
    assert "is not running" in shell.run("stop").stdout


def test_a_start_shows_each_process_and_then_the_addresses_and_the_demo_users(started: str, shell: Shell) -> None:
    for process in PROCESSES:
        assert re.search(rf"✓ {process} +ready in", started)
    for words in ("admin / admin123", "make logs", "ca.crt", "make stop"):
        assert words in started
    http, https = shell.environment["VF_HTTP_PORT"], shell.environment["VF_HTTPS_PORT"]
    assert f"http://vfservices.localhost:{http}/" in started
    assert f"https://traefik.vfservices.localhost:{https}/dashboard/" in started


@pytest.mark.usefixtures("running")
def test_the_status_lists_every_process(shell: Shell) -> None:
    status = shell.run("status")
    assert status.returncode == 0
    for process in PROCESSES:
        assert re.search(rf"{process} +ready", status.stdout)


@pytest.mark.usefixtures("running")
@pytest.mark.parametrize("command", ["up", "start"])
def test_a_second_start_says_that_it_runs_and_where(shell: Shell, command: str) -> None:
    pid = shell.state()["pid"]
    result = shell.run(command)
    assert result.returncode == 0
    assert "already running" in result.stdout
    assert f":{shell.environment['VF_HTTP_PORT']}/" in result.stdout
    assert shell.state()["pid"] == pid


@pytest.mark.usefixtures("running")
def test_a_port_that_another_program_holds_is_named_with_its_variable(shell: Shell, tmp_path: Path) -> None:
    result = shell.run("up", VF_RUN_DIR=str(tmp_path / "other"))
    assert result.returncode == 1
    for variable, _ in Ports.free().by_variable():
        assert f"Port {shell.environment[variable]} is already in use. Set {variable} to a free port." in result.stdout


def test_two_variables_with_one_port_are_refused(shell: Shell, tmp_path: Path) -> None:
    result = shell.run("up", VF_RUN_DIR=str(tmp_path), VF_REDIS_PORT="7777", VF_HTTP_PORT="7777")
    assert result.returncode == 2
    assert "VF_REDIS_PORT is 7777: it must differ from VF_HTTP_PORT" in result.stdout


def test_production_is_refused(shell: Shell) -> None:
    result = shell.run("up", VF_ENV="production")
    assert result.returncode == 2
    assert "VF_ENV" in result.stdout


@pytest.mark.usefixtures("running")
@pytest.mark.parametrize("process", PROCESSES)
def test_each_killed_process_comes_back(shell: Shell, process: str) -> None:
    os.kill(shell.state()["processes"][process]["pid"], signal.SIGKILL)
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        now = shell.state()["processes"][process]
        if now["restarts"] >= 1 and now["state"] == "ready":
            break
        time.sleep(0.05)
    assert (now["state"], now["restarts"]) == ("ready", 1)
    log = shell.state_dir / "log" / "runner.log"
    while not re.search(rf"{process} +ready again", log.read_text()) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert f"{process} stopped (signal SIGKILL); starting it again" in log.read_text()
    assert re.search(rf"{process} +ready again", log.read_text())


@pytest.mark.usefixtures("running")
def test_secrets_are_readable_by_their_owner_only(shell: Shell) -> None:
    for folder in ("secrets", "keys"):
        assert (shell.state_dir / folder).stat().st_mode & 0o077 == 0
        files = list((shell.state_dir / folder).iterdir())
        assert files
        assert [file for file in files if file.stat().st_mode & 0o077] == []


@pytest.mark.usefixtures("running")
def test_a_process_gets_only_the_variables_that_it_needs(shell: Shell) -> None:
    def variables(process: str) -> set[str]:
        pid = shell.state()["processes"][process]["pid"]
        return {line.partition("=")[0] for line in Path(f"/proc/{pid}/environ").read_text().split("\0") if line}

    assert "VF_SIGNING_KEYS_DIR" in variables("identity-provider")
    for process in PROCESSES:
        names = variables(process)
        if process not in ("identity-provider", "revocation-relay"):
            assert {"VF_SIGNING_KEYS_DIR", "VF_REFRESH_SECRET_FILE"}.isdisjoint(names)
        if process in ("website", "traefik", "valkey", "gateway-auth"):
            assert "DATABASE_URL" not in names
        assert {name for name in names if "SECRET" in name or "REDIS_URL" in name} == {
            name for name in names if name.endswith("_FILE") and ("SECRET" in name or "REDIS_URL" in name)
        }


@pytest.mark.usefixtures("running")
def test_the_logs_of_one_process_can_be_asked_for(shell: Shell) -> None:
    shown = shell.run("logs", "traefik", "-n", "5").stdout.splitlines()
    assert len(shown) == 5
    assert all(line.startswith("traefik | ") for line in shown)
    assert "Available:" in shell.run("logs", "nothing-of-this-name").stdout


@pytest.mark.usefixtures("running")
def test_a_reader_that_has_enough_ends_the_logs_without_an_error(shell: Shell) -> None:
    command = [sys.executable, "-m", "runner", "logs"]
    with subprocess.Popen(
        command, cwd=ROOT, env=shell.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as run:
        run.stdout.close()  # as `head` does when it has its lines
        assert (run.wait(30), run.stderr.read()) == (0, b"")


@pytest.mark.usefixtures("running")
def test_stopping_leaves_nothing_running(shell: Shell) -> None:
    assert "No processes are running." in shell.run("stop").stdout
    assert shell.leftovers() == []
    assert shell.run("status").returncode == 3


@pytest.mark.usefixtures("stopped")
def test_a_later_start_makes_nothing_again_and_is_soon_ready(shell: Shell, capsys: pytest.CaptureFixture[str]) -> None:
    keys = {path: path.read_bytes() for path in (shell.state_dir / "secrets").iterdir()}
    started = time.monotonic()
    result = shell.run("start")
    seconds = time.monotonic() - started
    assert result.returncode == 0
    assert "databases" not in result.stdout
    assert {path: path.read_bytes() for path in keys} == keys
    with capsys.disabled():
        print(f"\n  the second start was ready in {seconds:.1f} s")
    assert seconds < 30  # 5 s on an idle machine; other tests may be running


@pytest.mark.usefixtures("running")
def test_a_runner_that_is_killed_takes_everything_with_it(shell: Shell) -> None:
    pid = shell.state()["pid"]
    os.kill(pid, signal.SIGKILL)
    deadline = time.monotonic() + 20
    while shell.leftovers() and time.monotonic() < deadline:
        time.sleep(0.1)
    assert shell.leftovers() == []
    assert shell.run("status").returncode == 3


@pytest.mark.usefixtures("stopped")
def test_ctrl_c_stops_everything_in_reverse_order(shell: Shell) -> None:
    output = _on_a_terminal(shell, until=b"make status", press=b"\x03")
    stopped = re.findall(r"· (\S+) +stopped", output)
    assert sorted(stopped) == sorted(PROCESSES)
    assert stopped[0] == "traefik"
    assert stopped[-1] == "valkey"
    assert "No processes are running." in output
    assert shell.leftovers() == []


@pytest.mark.usefixtures("stopped")
def test_ctrl_c_while_it_starts_stops_it_too(shell: Shell) -> None:
    output = _on_a_terminal(shell, until=b"valkey", press=b"\x03")
    assert "No processes are running." in output
    assert shell.leftovers() == []


@pytest.mark.usefixtures("stopped")
def test_a_wrong_setting_stops_the_start_with_its_one_line(shell: Shell) -> None:
    result = shell.run("up", VF_THREADS="many")
    assert result.returncode == 1
    assert "VF_THREADS" in result.stdout
    assert "cannot start" in result.stdout
    assert shell.leftovers() == []


def _on_a_terminal(shell: Shell, *, until: bytes, press: bytes) -> str:
    """Run `up` on a pseudo-terminal, press a key when ``until`` is shown, and return the complete output."""
    pid, terminal = pty.fork()
    if pid == 0:
        os.chdir(ROOT)
        os.execve(sys.executable, [sys.executable, "-m", "runner", "up"], shell.environment)
    shown, pressed = b"", False
    try:
        while part := os.read(terminal, 65536):
            shown += part
            if until in shown and not pressed:
                os.write(terminal, press)
                pressed = True
    except OSError:  # the other end is closed: the process has ended
        pass
    finally:
        os.close(terminal)
        os.waitpid(pid, 0)
    return shown.decode()
