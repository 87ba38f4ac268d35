"""`make manage` and `make explain`, with the running platform's environment; and manage.py next to it."""

import json
import os
import pty
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest

from deploy.prepare.credentials import django_parts
from deploy.prepare.services import discover
from runner import Platform
from tests.conftest import own_environment
from tests.edge_client import EdgeClient

DJANGO_PARTS = django_parts(discover())
PARTS_WITH_DATABASE = ("identity-provider", *(service.name for service in discover() if service.database))

ROOT = Path(__file__).resolve().parents[2]
SHOW = "import json, os, sys; print(json.dumps(dict(os.environ)))"


def make(state_dir: Path, *words: str, typed: str = "") -> subprocess.CompletedProcess[str]:
    """Run ``make`` in a shell whose only variable of the platform is its state folder."""
    environment = own_environment(VF_RUN_DIR=str(state_dir))
    for name in ("MAKEFLAGS", "MFLAGS", "MAKELEVEL", "ARGS", "PART"):  # set by a make that runs these tests
        environment.pop(name, None)
    return subprocess.run(
        ["make", *words],
        cwd=ROOT, env=environment, input=typed,
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip


def runner(state_dir: Path, *words: str, typed: str = "", cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "runner", *words],
        cwd=cwd, env=own_environment(VF_RUN_DIR=str(state_dir), PYTHONPATH=str(ROOT)), input=typed,
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip


@pytest.mark.parametrize("part", DJANGO_PARTS)
def test_a_command_has_the_environment_of_the_running_part(platform: Platform, part: str) -> None:
    shown = make(platform.settings.state_dir, "manage", f"PART={part}", f"ARGS=shell --no-imports -c '{SHOW}'")
    assert shown.returncode == 0, shown.stderr
    started_with = Path(f"/proc/{platform.pid(part)}/environ").read_text().rstrip("\0").split("\0")
    expected = dict(line.split("=", 1) for line in started_with)
    of_django = {"DJANGO_SETTINGS_MODULE", "TZ"}
    terminal = {"TERM", "COLORTERM", "COLUMNS", "LINES", "NO_COLOR"}
    found = {name: value for name, value in json.loads(shown.stdout).items() if name not in terminal | of_django}
    assert found == expected
    assert ("VF_ACCESS_TOKEN_LIFETIME" in found) is (part == "identity-provider")


@pytest.mark.parametrize("part", DJANGO_PARTS)
def test_a_command_before_any_start_says_what_to_do(tmp_path: Path, part: str) -> None:
    answer = make(tmp_path / "nothing", "manage", f"PART={part}", "ARGS=check")
    assert answer.returncode != 0
    assert "has not been started here yet. Run `make start` first." in answer.stderr
    assert answer.stdout == ""
    assert not (tmp_path / "nothing").exists()


@pytest.mark.parametrize("part", ["", "billings", "gateway-auth", "../billing"])
def test_an_unknown_part_is_answered_with_the_list(platform: Platform, part: str) -> None:
    answer = make(platform.settings.state_dir, "manage", f"PART={part}", "ARGS=check")
    assert answer.returncode != 0
    assert f"PART is one of: {', '.join(DJANGO_PARTS)}." in answer.stderr


def test_arguments_reach_the_command_as_they_were_typed(platform: Platform) -> None:
    text = "two  spaces, 'single', $HOME $(HOME) $$ `id`; * \\ #"
    code = f"print({text!r})".replace("\\", "\\\\").replace('"', '\\"')
    answer = make(platform.settings.state_dir, "manage", "PART=billing", f'ARGS=shell --no-imports -c "{code}"')
    assert (answer.stdout, answer.stderr) == (text + "\n", "")


def test_a_quote_that_is_not_closed_is_named(platform: Platform) -> None:
    answer = make(platform.settings.state_dir, "manage", "PART=billing", "ARGS=shell -c 'print(1)")
    assert "ARGS cannot be split into arguments: No closing quotation" in answer.stderr
    assert "Traceback" not in answer.stderr


@pytest.mark.parametrize("status", [0, 1, 3])
def test_the_exit_status_is_the_commands(platform: Platform, status: int) -> None:
    code = f"raise SystemExit({status})"
    answer = runner(platform.settings.state_dir, "manage", "billing", "shell", "--no-imports", "-c", code)
    assert (answer.returncode, answer.stdout, answer.stderr) == (status, "", "")


def test_what_a_command_changes_is_audited_there_and_in_the_platforms_log(
    platform: Platform, client: EdgeClient
) -> None:
    words = ("PART=identity-provider", "ARGS=create_user 'ada of manage' ada@manage.example --role customer")
    answer = make(platform.settings.state_dir, "manage", *words, typed="correct horse 77\n")
    assert answer.returncode == 0, answer.stderr
    user_id = answer.stdout.split()[0]
    [line] = [line for line in answer.stderr.splitlines() if "user_created" in line]
    assert f"user_id={user_id}" in line
    assert line in platform.log("identity-provider", 1000).splitlines()
    shown = runner(platform.settings.state_dir, "logs", "identity-provider", "-n", "1000", "--no-follow").stdout
    assert f"identity-provider | {line}" in shown.splitlines()
    body = {"username": "ada of manage", "password": "correct horse 77"}
    assert client.post("/api/auth/login/", json=body).status_code == 200


def test_a_password_is_asked_for_on_the_terminal(platform: Platform) -> None:
    words = ("manage", "identity-provider", "create_user", "typed", "typed@manage.example")
    status, shown = on_a_terminal(platform, *words, until=b"Password:", press=b"correct horse 78\n")
    assert status == 0, shown
    assert re.search(r"usr_\w+ typed", shown)
    assert "horse" not in shown


@pytest.mark.parametrize("part", DJANGO_PARTS)
def test_ctrl_c_ends_a_command_without_a_traceback(platform: Platform, part: str) -> None:
    code = "import time; print('waits', flush=True); time.sleep(60)"
    words = ("manage", part, "shell", "--no-imports", "-c", code)
    status, shown = on_a_terminal(platform, *words, until=b"waits", press=b"\x03")
    assert status == 130
    assert "Traceback" not in shown


@pytest.mark.parametrize("part", PARTS_WITH_DATABASE)
def test_manage_py_beside_the_platform_says_what_to_use(tmp_path: Path, part: str) -> None:
    bare = {"DATABASE_URL": f"sqlite:///{tmp_path / 'bare.sqlite3'}"}
    answer = manage_py(part, "load_demo_data", **bare)
    assert answer.returncode == 1
    [line] = answer.stderr.splitlines()
    assert "has no tables" in line
    assert f"make manage PART={part}" in line
    assert answer.stdout == ""
    assert manage_py(part, "check", **bare).returncode == 0
    assert manage_py(part, "migrate", "--noinput", "-v0", **bare).returncode == 0
    assert manage_py(part, "load_demo_data", **bare).returncode == 0


def test_an_error_of_the_command_itself_keeps_its_traceback(platform: Platform) -> None:
    words = ("manage", "billing", "shell", "--no-imports", "-c", "1 / 0")
    answer = runner(platform.settings.state_dir, *words)
    assert "ZeroDivisionError" in answer.stderr


def test_explain_asks_the_platform_that_runs(platform: Platform, alice: EdgeClient, tmp_path: Path) -> None:
    state_dir, token = platform.settings.state_dir, str(alice.cookies["jwt"])
    from_input = make(state_dir, "explain", "ARGS=--audience billing --json", typed=token)
    assert from_input.returncode == 0, from_input.stdout + from_input.stderr
    assert json.loads(from_input.stdout)["allowed"] is True
    assert token not in from_input.stdout
    (tmp_path / "a token.txt").write_text(token)
    from_file = runner(state_dir, "explain", "--audience", "billing", "--token-file", "a token.txt", cwd=tmp_path)
    assert from_file.returncode == 0, from_file.stdout + from_file.stderr
    assert platform.settings.url(platform.settings.ports.identity) in from_file.stdout


def test_explain_denies_with_the_exit_status_of_explain(platform: Platform, alice: EdgeClient) -> None:
    words = ("explain", "--audience", "traefik", "--roles", "operator")
    answer = runner(platform.settings.state_dir, *words, typed=str(alice.cookies["jwt"]))
    assert answer.returncode == 1
    assert "role_required" in answer.stdout


def test_explain_without_a_platform_says_what_to_do(tmp_path: Path) -> None:
    answer = make(tmp_path / "nothing", "explain", "ARGS=--audience billing", typed="x")
    assert answer.returncode != 0
    assert "VF Services is not running" in answer.stderr
    assert "make start" in answer.stderr


def manage_py(part: str, *words: str, **variables: str) -> subprocess.CompletedProcess[str]:
    folder = ROOT / ("website" if part == "website" else f"services/{part}")
    return subprocess.run(
        [sys.executable, str(folder / "manage.py"), *words],
        env=own_environment(**variables), capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip


def on_a_terminal(platform: Platform, *words: str, until: bytes, press: bytes) -> tuple[int, str]:
    """Run the runner on a pseudo-terminal and press keys when ``until`` is shown; return the exit status and the
    output.
    """
    pid, terminal = pty.fork()
    if pid == 0:
        os.chdir(ROOT)
        environment = own_environment(VF_RUN_DIR=str(platform.settings.state_dir), TERM="dumb")
        os.execve(sys.executable, [sys.executable, "-m", "runner", *words], environment)
    shown, pressed = b"", False
    try:
        while part := os.read(terminal, 65536):
            shown += part
            if until in shown and not pressed:
                time.sleep(0.2)  # getpass discards what was typed before it turns the echo off
                os.write(terminal, press)
                pressed = True
    except OSError:  # the other end is closed: the process has ended
        pass
    _, status = os.waitpid(pid, 0)
    os.close(terminal)
    return os.waitstatus_to_exitcode(status), shown.decode()
