"""The benchmark against peers says what it lacks, and judges by ratios. No time is asserted."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from loadtests.bench import peers, report
from loadtests.bench.measurement import Rounds
from loadtests.bench.scenarios import against_peers
from loadtests.bench.scenarios.against_peers import KINDS, OURS, SIGNATURES, Sample
from tests.conftest import own_environment

ROOT = Path(__file__).resolve().parents[2]
NAMES = [peer.name for peer in peers.ALL]


def test_without_peers_each_is_named_with_the_way_to_get_it_and_the_gateway_is_measured() -> None:
    environment = {name: value for name, value in own_environment().items() if name != peers.FOLDER_VARIABLE}
    command = [sys.executable, "-m", "loadtests.bench", "--only", "i", "--rounds", "1", "--seconds", "0.1"]
    run = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=300, check=False)
    assert run.returncode == 0, run.stdout + run.stderr
    for peer in peers.ALL:
        [line] = [line for line in run.stderr.splitlines() if f"NOT COMPARED with {peer.name}:" in line]
        assert "PEERS is not set" in line
        assert peer.source in line
        assert "go build" in line
        assert f"NOT COMPARED with {peer.name}:" in run.stdout  # the report says it too
    file = ROOT / run.stdout.rpartition("report: ")[2].strip()
    [scenario] = json.loads(file.read_text())["scenarios"]
    file.unlink()
    [ratio] = scenario["ratios"]
    assert ratio["name"] == "first-time: processor time over that of its signatures"
    assert ratio["value"] > 0  # how fast is for the benchmark to say
    assert "signatures (verify and assert)" in run.stdout


def test_a_folder_gives_the_programs_that_are_in_it_and_can_be_run(tmp_path: Path) -> None:
    for name, mode in (("oauth2-proxy", 0o755), ("oathkeeper", 0o644)):
        (tmp_path / name).touch()
        (tmp_path / name).chmod(mode)
    (tmp_path / "heimdall").mkdir()
    found, missing = peers.find({"PEERS": str(tmp_path)})
    assert found == {"oauth2-proxy": tmp_path / "oauth2-proxy"}
    assert [line.partition(":")[0] for line in missing] == [
        "NOT COMPARED with oathkeeper",
        "NOT COMPARED with heimdall",
    ]
    assert all(f"{tmp_path} has no program" in line for line in missing)


@pytest.mark.parametrize("kind", ["first-time", "repeated", "bad"])
def test_processor_time_is_a_ratio_to_each_peer_of_the_same_round(kind: str) -> None:
    judged = {ratio.name: ratio for ratio in against_peers.judge(rounds(), [OURS, *NAMES], []).ratios}
    for number, name in enumerate(NAMES, 1):
        ratio = judged[f"{kind}: processor time over {name}'s"]
        assert ratio.values == [pytest.approx(1 / (1 + number))] * 2
        assert ratio.reached


def test_the_p99_through_traefik_and_the_share_of_the_signatures_are_in_the_report() -> None:
    result = against_peers.judge(rounds(), [OURS, *NAMES], [])
    judged = {ratio.name: ratio.value for ratio in result.ratios}
    assert judged["first-time through Traefik: p99 over heimdall's"] == pytest.approx(4.0)
    assert judged["first-time: processor time over that of its signatures"] == pytest.approx(2.0)
    shown = report.show(result)
    assert "signatures (verify and assert): 50 µs, 50% of a first-time request" in shown
    assert "p99 over heimdall's: 4.00 (4.00-4.00), target <= 1: NOT reached" in shown


def rounds() -> Rounds[Sample]:
    """Two rounds, of which all is slower by half in the second; peer n costs n times as much more, and is faster."""
    samples = {SIGNATURES: [Sample(50), Sample(75)]}
    for number, name in enumerate([OURS, *NAMES]):
        for kind in KINDS:
            samples[f"{name}: {kind}"] = [
                Sample(slower * 100 * (1 + number), 1000, slower * 8 / (1 + number)) for slower in (1, 1.5)
            ]
    return Rounds(samples, [0.0, 0.0])
