"""The load test is run for a moment against the running platform, and only ever against this machine."""

import subprocess
import sys
from pathlib import Path

import pytest

from loadtests.target import refuse_foreign
from runner import Platform

ROOT = Path(__file__).resolve().parents[2]


def test_a_short_run_keeps_its_bounds_and_leaves_a_report(platform: Platform) -> None:
    target = f"http://127.0.0.1:{platform.settings.ports.http}"
    command = [sys.executable, "-m", "loadtests", "--people", "8", "--seconds", "10", "--target", target]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    report = ROOT / run.stdout.rpartition("report: ")[2].strip()
    assert "GET /api/billing/summary/" in run.stdout, run.stdout + run.stderr
    assert "/api/billing/summary/" in report.read_text()
    report.unlink()
    # On a busy machine answers may be slow; that requests fail is never right.
    assert "of the requests failed" not in run.stdout
    assert run.returncode == (1 if "NOT kept" in run.stdout else 0)


@pytest.mark.parametrize("address", ["http://example.test", "http://10.0.0.1:8000", "http://127.0.0.1.evil.test", ""])
def test_load_on_another_machine_is_refused(address: str) -> None:
    with pytest.raises(SystemExit, match="only loopback"):
        refuse_foreign(address)


@pytest.mark.parametrize("address", ["http://127.0.0.1:8000", "https://localhost:8443", "http://[::1]:8000"])
def test_load_on_this_machine_is_taken(address: str) -> None:
    refuse_foreign(address)
