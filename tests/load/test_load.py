"""The load test: a short run against the running platform, and never against another machine."""

import re
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from loadtests.target import refuse_foreign
from runner import Platform
from tests.conftest import own_environment

ROOT = Path(__file__).resolve().parents[2]


def test_a_short_run_keeps_its_bounds_and_leaves_a_report(platform: Platform) -> None:
    target = f"http://127.0.0.1:{platform.settings.ports.http}"
    command = [sys.executable, "-m", "loadtests", "--people", "8", "--seconds", "10", "--target", target]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    report = ROOT / run.stdout.rpartition("report: ")[2].strip()
    assert "GET /api/billing/summary/" in run.stdout, run.stdout + run.stderr
    assert "/api/billing/summary/" in report.read_text()
    report.unlink()
    # On a busy machine, responses may be slow, but no request may fail.
    assert "of the requests failed" not in run.stdout
    assert run.returncode == (1 if "NOT kept" in run.stdout else 0)


def locust(*words: str) -> subprocess.Popen[str]:
    """Run Locust itself, as its own documentation describes it."""
    command = (sys.executable, "-m", "locust", "-f", "loadtests/locustfile.py", "--headless", "--only-summary", *words)
    environment = {name: value for name, value in own_environment().items() if not name.startswith("LOAD_")}
    return subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )


def finish(process: subprocess.Popen[str], seconds: float = 60) -> tuple[int, str]:
    """Return the exit status and the output, within this time."""
    try:
        said, _ = process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
        raise
    return process.returncode, said


def target(platform: Platform) -> str:
    return f"http://127.0.0.1:{platform.settings.ports.http}"


def free_port() -> str:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return str(probe.getsockname()[1])


def requests_of(said: str) -> int:
    """Return the total in the table."""
    [row] = re.findall(r"^ *all +([\d,]+) +([\d,]+)", said, re.MULTILINE)
    assert row[1] == "0", said  # no request failed
    return int(row[0].replace(",", ""))


def test_a_plain_run_has_the_users_and_the_time_that_were_asked_for(platform: Platform, tmp_path: Path) -> None:
    csv = tmp_path / "run"
    words = ("-u", "5", "-r", "5", "-t", "5s", "--host", target(platform), "--csv", str(csv), "--csv-full-history")
    started = time.monotonic()
    _, said = finish(locust(*words))
    assert 5 <= time.monotonic() - started < 30  # the shape takes 45 s
    assert requests_of(said) > 0
    assert "ignored" not in said
    history = [line.split(",") for line in Path(f"{csv}_stats_history.csv").read_text().splitlines()[1:]]
    assert max(int(row[1]) for row in history) == 5


def test_a_shape_is_chosen_by_its_name(platform: Platform) -> None:
    process = locust("--shape", "day", "--host", target(platform), "--loglevel", "INFO")
    try:
        for line in process.stdout or ():
            if "Shape test" in line:
                break
        else:
            pytest.fail("no shape was started")
    finally:
        process.terminate()
        process.communicate()


def test_a_shape_and_its_own_numbers_together_are_refused(platform: Platform) -> None:
    status, said = finish(locust("--shape", "day", "-u", "5", "--host", target(platform)))
    assert status == 1
    assert "--shape decides about --users, --spawn-rate and --run-time" in said


def test_a_worker_takes_the_masters_target(platform: Platform) -> None:
    port = free_port()
    worker = locust("--worker", "--master-port", port)
    master = locust(
        *("--master", "--master-bind-host", "127.0.0.1", "--master-bind-port", port, "--expect-workers", "1"),
        *("-u", "4", "-r", "4", "-t", "5s", "--host", target(platform)),
    )
    _, said = finish(master)
    status, of_worker = finish(worker)
    assert requests_of(said) > 0, of_worker
    assert "only loopback" not in of_worker
    assert status == 0, of_worker  # only the master checks the limits


def test_a_worker_refuses_another_machine_also_from_its_master(tmp_path: Path) -> None:
    """The master is Locust with another file. The worker must send nothing to the target."""
    foreign = tmp_path / "other.py"
    foreign.write_text(
        "from locust import User, task\n"
        + "".join(
            f"class {name}(User):\n    @task\n    def nothing(self): pass\n" for name in ("ApiUser", "BrowserUser")
        )
    )
    port = free_port()
    worker = locust("--worker", "--master-port", port)
    master = subprocess.Popen(
        [
            *(sys.executable, "-m", "locust", "-f", str(foreign), "--headless", "--master", "--expect-workers", "1"),
            *("--master-bind-host", "127.0.0.1", "--master-bind-port", port),
            *("-u", "2", "-t", "20s", "--host", "http://example.test"),
        ],
        env=own_environment(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        status, said = finish(worker, 40)
    finally:
        master.kill()
        master.wait()
    assert status != 0
    assert "the target is http://example.test: only loopback addresses are accepted" in said


@pytest.mark.parametrize("role", [(), ("--master", "--master-bind-host", "127.0.0.1")])
def test_no_target_is_refused(role: tuple[str, ...]) -> None:
    status, said = finish(locust(*role, "-u", "1", "-t", "3s"))
    assert status == 1
    assert "the target is not given: only loopback addresses are accepted" in said


def test_a_run_without_requests_fails_and_says_why(platform: Platform) -> None:
    status, said = finish(locust("-u", "0", "-t", "2s", "--host", target(platform)))
    assert status == 1
    assert "NOT kept: no request was made: the run ended before any user started" in said


def test_a_master_without_workers_fails() -> None:
    words = ("--master", "--master-bind-host", "127.0.0.1", "--master-bind-port", free_port())
    status, said = finish(locust(*words, "--expect-workers-max-wait", "1", "-t", "3s", "--host", "http://127.0.0.1:1"))
    assert status == 1
    assert "Gave up waiting for workers to connect" in said


@pytest.mark.parametrize("option", ["--people", "--seconds"])
def test_make_load_refuses_a_run_without_people_or_time(option: str) -> None:
    command = [sys.executable, "-m", "loadtests", option, "0"]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert run.returncode == 2
    assert f"argument {option}: must be at least 1" in run.stderr


@pytest.mark.parametrize("address", ["http://example.test", "http://10.0.0.1:8000", "http://127.0.0.1.evil.test", ""])
def test_load_on_another_machine_is_refused(address: str) -> None:
    with pytest.raises(SystemExit, match="only loopback"):
        refuse_foreign(address)


@pytest.mark.parametrize("address", ["http://127.0.0.1:8000", "https://localhost:8443", "http://[::1]:8000"])
def test_load_on_this_machine_is_taken(address: str) -> None:
    refuse_foreign(address)
