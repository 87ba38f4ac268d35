"""Logs are one line an event, and mask what goes by a credential's name (hostile rows 21, 45)."""

import json
import os
import subprocess
import sys

import pytest

SCRIPT = """
import logging, structlog
from vf_runtime import configure_logging
configure_logging("edge", production={production}, level="{level}")
log = structlog.get_logger("t")
{statement}
"""


def logged(statement: str, *, production: bool = True, level: str = "INFO") -> str:
    """What a process of its own writes: the set-up is global and must not leak into other tests."""
    script = SCRIPT.format(production=production, level=level, statement=statement)
    return subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True).stderr


def test_production_writes_one_json_object_a_line():
    lines = logged('log.info("signed_in", user_id="usr_1"); logging.getLogger("x").warning("foreign %s", "text")')
    first, second = map(json.loads, lines.splitlines())
    assert (first["event"], first["user_id"], first["service"], first["level"]) == (
        "signed_in",
        "usr_1",
        "edge",
        "info",
    )
    assert (second["event"], second["service"]) == ("foreign text", "edge")


@pytest.mark.parametrize("production", [True, False])
def test_what_goes_by_the_name_of_a_credential_is_masked(production):
    text = logged('log.info("e", token="hunter2", cookie="hunter2", authorization="hunter2")', production=production)
    assert "hunter2" not in text
    assert "[masked]" in text


@pytest.mark.parametrize("production", [True, False])
def test_a_value_cannot_begin_a_line_of_its_own(production):
    text = logged(r'log.info("e", path="a\nevil=1\r\nb")', production=production)
    assert len(text.splitlines()) == 1


def test_what_is_below_the_level_is_not_written_by_either_way():
    both = 'log.{0}("ours"); logging.getLogger("x").{0}("foreign")'
    assert logged(both.format("info"), level="WARNING") == ""
    assert len(logged(both.format("warning"), level="WARNING").splitlines()) == 2


def test_an_exception_is_told_with_its_traceback():
    line = json.loads(logged("try: 1 / 0\nexcept ZeroDivisionError: log.exception('failed')"))
    assert (line["event"], line["level"]) == ("failed", "error")
    assert "ZeroDivisionError" in line["exception"]


@pytest.mark.parametrize("damage", ["sys.stderr.close()", "sys.stderr = open('/dev/full', 'w', buffering=1)"])
def test_a_log_that_cannot_be_written_stops_nothing(damage):
    script = f"import os, sys\n{SCRIPT}\nlog.info('more')\nprint('went on')\nsys.stdout.flush()\nos._exit(0)"
    script = script.format(production=True, level="INFO", statement=damage)
    run = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True)
    assert run.stdout == "went on\n"


PATIENT = """
import os, sys
{set_up}
for number in range(5000):
    log.info("one of many", number=number, filler="x" * 200)
print("went on", flush=True)
sys.stdin.readline()
log.info("somebody reads again")
"""


def test_a_reader_that_stands_still_stops_nothing_and_is_told_what_it_missed():
    script = PATIENT.format(set_up=SCRIPT.format(production=True, level="INFO", statement=""))
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen([sys.executable, "-c", script], **pipes) as process:
        assert process.stdout.readline() == b"went on\n"
        text = os.read(process.stderr.fileno(), 2**20)
        text += process.communicate(b"go on\n", timeout=30)[1]
    *some, last, told = map(json.loads, text.splitlines())
    assert [line["number"] for line in some] == list(range(len(some)))
    assert (last["event"], told["event"]) == ("somebody reads again", "log_lines_lost")
    assert told["count"] == 5000 - len(some) > 0
