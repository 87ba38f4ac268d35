"""The one summary: every part's tests are in it, and a part that goes wrong cannot pass unseen."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
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

    def test(self, *arguments: str) -> tuple[int, str]:
        result = subprocess.run(
            [sys.executable, "-m", "pytest", "-p", "parts", *arguments],
            cwd=self.folder,
            env={**os.environ, "PYTHONPATH": str(HERE), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        return result.returncode, result.stdout + result.stderr


@pytest.fixture
def project(tmp_path: Path) -> Project:
    project = Project(tmp_path)
    project.part("services/billing", PASSING)
    project.part("website", PASSING)
    return project


def test_the_summary_counts_every_parts_tests(project: Project) -> None:
    code, output = project.test()
    assert code == 0
    assert re.search(r"=+ 5 passed in", output)
    for path in (
        "services/billing/tests/test_billing.py ..",
        "website/tests/test_website.py ..",
        "tests/test_across.py .",
    ):
        assert path in output


def test_a_failure_in_a_part_is_shown_in_full_under_its_own_path(project: Project) -> None:
    project.part("website", FAILING)
    code, output = project.test()
    assert code == 1
    assert "assert 'left' == 'right'" in output
    assert "FAILED website/tests/test_website.py::test_falls" in output
    assert re.search(r"=+ 1 failed, 3 passed in", output)


def test_a_skipped_test_of_a_part_is_shown_with_its_reason(project: Project) -> None:
    project.part("website", "import pytest\ndef test_waits(): pytest.skip('no moon tonight')\n")
    code, output = project.test("-ra")
    assert code == 0
    assert re.search(r"SKIPPED \[1\] .*website/tests/test_website.py:2: no moon tonight", output)
    assert re.search(r"=+ 3 passed, 1 skipped in", output)


def test_a_part_that_crashes_is_an_error_with_the_end_of_what_it_printed(project: Project) -> None:
    project.part("website", "import os\ndef test_dies(): os._exit(3)\n")
    code, output = project.test()
    assert code == 1
    assert "website: its pytest ended with exit code 3" in output


def test_a_part_whose_conftest_cannot_be_read_is_an_error(project: Project) -> None:
    project.part("website", PASSING, conftest="import no_such_module\n")
    code, output = project.test()
    assert code == 1
    assert "no_such_module" in output


def test_a_part_with_a_broken_test_file_is_an_error(project: Project) -> None:
    project.part("website", "def test_(:\n")
    code, output = project.test()
    assert code == 1
    assert "SyntaxError" in output
    assert "3 passed" in output


def test_a_part_without_tests_is_an_error(project: Project) -> None:
    project.part("website", "")
    code, output = project.test()
    assert code == 1
    assert "website: its pytest collected no tests" in output


def test_a_word_selects_among_all_parts(project: Project) -> None:
    code, output = project.test("-k", "stands")
    assert code == 0
    assert re.search(r"2 passed, 1 deselected in", output)


@pytest.mark.parametrize(
    ("arguments", "count"),
    [
        (["services/billing", "tests"], 3),
        (["services/billing/tests/test_billing.py::test_stands", "website"], 3),
        (["website/tests/test_website.py", "services"], 4),
        (["services", "tests"], 3),
    ],
)
def test_paths_select_parts_files_and_single_tests(project: Project, arguments: list[str], count: int) -> None:
    code, output = project.test(*arguments)
    assert code == 0
    assert re.search(rf"=+ {count} passed in", output)


def test_the_first_failure_ends_everything_when_asked(project: Project) -> None:
    project.part("website", "import time\ndef test_falls(): assert False\ndef test_takes_long(): time.sleep(100)\n")
    code, output = project.test("-x")
    assert code == 1
    assert "stopping after 1 failures" in output
