"""Coverage of docs/attack-suite.md: every row has at least one test, and no test names a missing row."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.security.attack.tables import CASES

ROOT = Path(__file__).resolve().parents[2]


def documented_rows() -> list[int]:
    text = (ROOT / "docs/attack-suite.md").read_text()
    return [int(number) for number in re.findall(r"^\| (\d+) \|", text, re.MULTILINE)]


def rows_of_tests() -> Iterator[int]:
    """Return the numbers in ``@pytest.mark.row(…)`` of every test function of the suite."""
    for path in (*(ROOT / "tests/security").glob("test_*.py"), *(ROOT / "tests/resilience").glob("test_*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                for mark in node.decorator_list:
                    if isinstance(mark, ast.Call) and ast.unparse(mark.func) == "pytest.mark.row":
                        yield from (ast.literal_eval(argument) for argument in mark.args)


COVERED = {*rows_of_tests(), *(case.row for case in CASES)}


def test_the_rows_are_numbered_from_1_without_a_gap() -> None:
    rows = documented_rows()
    assert len(rows) >= 54
    assert rows == list(range(1, len(rows) + 1))


@pytest.mark.parametrize("row", documented_rows())
def test_a_row_has_a_test(row: int) -> None:
    assert row in COVERED


def test_no_test_claims_a_row_that_is_not_documented() -> None:
    assert set(documented_rows()) >= COVERED
