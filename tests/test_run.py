"""`make test` runs every part, ends with one line of counts, and fails if anything went wrong in any part."""

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.run import choose, parts_of

RUN = Path(__file__).resolve().parent / "run.py"
PASSING = "def test_adds_up(): assert 1 + 1 == 2\ndef test_stands(): pass\n"
FAILING = "def test_falls():\n    assert 'left' == 'right'\n"


class Project:
    """A project with parts, and its ``make test``."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "pyproject.toml").write_text(
            '[tool.pytest.ini_options]\ntestpaths = ["tests"]\naddopts = "--import-mode=importlib"\n'
        )
        self.write("tests/test_across.py", "def test_all_together(): pass\n")

    def write(self, path: str, text: str) -> None:
        (self.folder / path).parent.mkdir(parents=True, exist_ok=True)
        (self.folder / path).write_text(text)

    def part(self, name: str, tests: str, *, conftest: str = "") -> None:
        self.write(f"{name}/pytest.ini", "[pytest]\ntestpaths = tests\naddopts = --import-mode=importlib\n")
        self.write(f"{name}/tests/test_{Path(name).name}.py", tests)
        self.write(f"{name}/tests/conftest.py", conftest)

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, str(RUN), *arguments],
            cwd=self.folder,
            env={**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def test(self, *arguments: str) -> tuple[int, str]:
        with self.start(*arguments) as process:
            output, _ = process.communicate(timeout=120)
        return process.returncode, output


@pytest.fixture
def project(tmp_path: Path) -> Project:
    project = Project(tmp_path)
    project.part("services/billing", PASSING)
    project.part("website", PASSING)
    return project


def last_line(output: str) -> str:
    return output.splitlines()[-1]


def test_the_last_line_counts_every_parts_tests(project: Project) -> None:
    code, output = project.test()
    assert code == 0
    assert last_line(output) == "5 passed, 0 failed"
    for path in ("tests/test_billing.py ..", "tests/test_website.py ..", "tests/test_across.py ."):
        assert path in output


def test_a_part_with_migrations_runs_on_postgresql_too(project: Project) -> None:
    project.write("tests/on_postgresql.py", "import sys, pytest\nprint('PostgreSQL!')\nsys.exit(pytest.main())\n")
    project.write("services/billing/billing/entries/migrations/__init__.py", "")
    code, output = project.test()
    assert (code, last_line(output)) == (0, "7 passed, 0 failed")
    assert "PostgreSQL!" in output
    assert "services/billing on PostgreSQL" in output


def test_the_longest_folder_of_the_end_to_end_tests_is_a_part_of_its_own(project: Project) -> None:
    project.write("tests/conftest.py", "import pytest\n@pytest.fixture\ndef shared(): return 1\n")
    project.write("tests/security/test_attack.py", "def test_attack(shared): assert shared\n")
    code, output = project.test()
    assert code == 0
    assert last_line(output) == "6 passed, 0 failed"
    assert output.count("test_attack.py .") == 1
    started = re.findall(r"^(\S+): running", output, re.MULTILINE)
    assert started == ["tests", "tests/security", "website", "services/billing"]


@pytest.mark.parametrize(
    ("path", "chosen"),
    [
        ("tests", {"tests": (), "tests/security": ()}),
        ("tests/security", {"tests/security": ()}),
        ("tests/security/test_attack.py::test_attack", {"tests/security": ("test_attack.py::test_attack",)}),
        ("tests/test_across.py", {"tests": ("tests/test_across.py",)}),
    ],
)
def test_a_path_selects_the_folder_apart_or_the_others(project: Project, path: str, chosen: dict[str, object]) -> None:
    project.write("tests/security/test_attack.py", "def test_attack(): pass\n")
    parts = choose(parts_of(project.folder), [path], project.folder)
    assert {part.name: tuple(path for path in part.paths if path != ".") for part in parts} == chosen


def test_a_path_in_a_part_inside_another_selects_the_inner_one(project: Project) -> None:
    project.part("website/clients", PASSING)
    for path, chosen in {"website/clients": ["website/clients"], "website": ["website", "website/clients"]}.items():
        assert [part.name for part in choose(parts_of(project.folder), [path], project.folder)] == chosen


def test_a_failure_in_a_part_is_shown_in_full_at_the_end_under_its_own_path(project: Project) -> None:
    project.part("gateway-auth", FAILING)
    project.write("tests/test_across.py", "import time\ndef test_all_together(): time.sleep(2)\n")
    code, output = project.test()
    assert code == 1
    end = output[output.rindex("test_across.py .") :]
    assert "assert 'left' == 'right'" in end
    assert "FAILED gateway-auth/tests/test_gateway-auth.py::test_falls" in end
    assert last_line(output) == "5 passed, 1 failed"


def test_a_skipped_test_of_a_part_is_shown_with_its_reason(project: Project) -> None:
    project.part("website", "import pytest\ndef test_waits(): pytest.skip('no moon tonight')\n")
    code, output = project.test("-ra")
    assert code == 0
    assert re.search(r"SKIPPED \[1\] tests/test_website.py:2: no moon tonight", output)
    assert last_line(output) == "3 passed, 0 failed, 1 skipped"


@pytest.mark.parametrize("code_of_part", [0, 3])
def test_a_part_that_crashes_fails_with_the_end_of_what_it_printed(project: Project, code_of_part: int) -> None:
    project.part(
        "website", f"import os\ndef test_dies():\n    os.write(2, b'last words')\n    os._exit({code_of_part})\n"
    )
    code, output = project.test("-s")
    assert code == 1
    end = output[output.index("website failed") :]
    assert "last words" in end
    assert f"website: its pytest ended with exit code {code_of_part} and without a report" in end
    assert last_line(output) == "3 passed, 1 failed"


def test_a_part_whose_conftest_cannot_be_read_fails(project: Project) -> None:
    project.part("website", PASSING, conftest="import no_such_module\n")
    code, output = project.test()
    assert code == 1
    assert "no_such_module" in output[output.index("website failed") :]
    assert last_line(output) == "3 passed, 1 failed"


def test_a_part_with_a_broken_test_file_fails(project: Project) -> None:
    project.part("website", "def test_(:\n")
    code, output = project.test()
    assert code == 1
    assert "SyntaxError" in output[output.index("website failed") :]
    assert last_line(output) == "3 passed, 1 failed"


def test_a_failure_and_an_error_of_one_test_count_as_two_as_in_pytests_own_line(project: Project) -> None:
    broken = "import pytest\n@pytest.fixture\ndef odd():\n    yield\n    assert 0\ndef test_falls(odd): assert 0\n"
    project.part("website", broken + "def test_falls_after(odd): pass\n")
    code, output = project.test()
    assert code == 1
    assert last_line(output) == "3 passed, 3 failed"


def test_a_part_without_tests_is_an_error(project: Project) -> None:
    project.part("website", "")
    code, output = project.test()
    assert code == 1
    assert "website: its pytest collected no tests" in output
    assert last_line(output) == "3 passed, 1 failed"


def test_a_word_selects_among_all_parts(project: Project) -> None:
    code, output = project.test("-k", "stands and not login")
    assert code == 0
    assert last_line(output) == "2 passed, 0 failed"


def test_a_mark_selects_among_all_parts(project: Project) -> None:
    project.part("website", "import pytest\n@pytest.mark.slow\ndef test_waits(): pass\n")
    code, output = project.test("-m", "slow")
    assert code == 0
    assert last_line(output) == "1 passed, 0 failed"


def test_a_word_that_selects_nothing_anywhere_is_an_error(project: Project) -> None:
    code, output = project.test("-k", "no_such_test")
    assert code == 1
    assert "No test was selected." in output


@pytest.mark.parametrize(
    ("arguments", "count"),
    [
        (["services/billing", "tests"], 3),
        (["services/billing/tests/test_billing.py::test_stands", "website"], 3),
        (["website/tests/test_website.py", "services"], 4),
        (["website/tests/test_website.py::test_stands"], 1),
        (["website", "website/tests/test_website.py::test_stands"], 2),
        (["services", "tests"], 3),
        (["tests/test_across.py"], 1),
        (["."], 5),
        (["website", "--durations=3", "-q"], 2),
    ],
)
def test_paths_select_parts_files_and_single_tests(project: Project, arguments: list[str], count: int) -> None:
    code, output = project.test(*arguments)
    assert code == 0
    assert last_line(output) == f"{count} passed, 0 failed"


def test_a_path_that_does_not_exist_is_an_error(project: Project) -> None:
    code, output = project.test("website/tests/test_wbsite.py")
    assert code != 0
    assert "There is no website/tests/test_wbsite.py." in output


def test_an_unknown_option_is_an_error(project: Project) -> None:
    code, output = project.test("--no-such-option")
    assert code == 1
    assert "unrecognized arguments: --no-such-option" in output


def test_the_first_failure_ends_everything_when_asked(project: Project) -> None:
    project.part("gateway-auth", FAILING)
    project.write("tests/test_across.py", "import time\ndef test_takes_long(): time.sleep(100)\n")
    started = time.monotonic()
    code, output = project.test("-x")
    assert code == 1
    assert time.monotonic() - started < 50
    assert "Stopped after the first failure. Not finished: tests" in output
    assert last_line(output).endswith("1 failed")


LONG = """
import os, pathlib, time, pytest
@pytest.fixture
def server():
    yield
    pathlib.Path("stopped").touch()
def test_takes_long(server):
    pathlib.Path("running").write_text(str(os.getpid()))
    time.sleep(100)
"""


@pytest.mark.parametrize("paths", [[], ["website"]], ids=["several parts", "one part"])
@pytest.mark.parametrize("signal_number", [signal.SIGINT, signal.SIGTERM])
def test_an_interruption_ends_every_pytest_the_way_ctrl_c_does(
    project: Project, paths: list[str], signal_number: signal.Signals
) -> None:
    project.part("website", LONG)
    with project.start(*paths) as process:
        running = project.folder / "website" / "running"
        deadline = time.monotonic() + 60
        while not (running.exists() and running.read_text()):
            assert time.monotonic() < deadline
            time.sleep(0.05)
        process.send_signal(signal_number)
        output, _ = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "Interrupted." in output
    assert (project.folder / "website" / "stopped").exists()
    with pytest.raises(ProcessLookupError):
        os.kill(int(running.read_text()), 0)
