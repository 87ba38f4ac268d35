"""What the commands print."""

import io

import pytest

from vf_runtime.terminal import Terminal


class Screen(io.StringIO):
    encoding = "utf-8"

    def isatty(self) -> bool:
        return True


def test_colours_are_for_terminals_that_want_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    assert Terminal(Screen()).paint("red", "x") == "\x1b[31mx\x1b[0m"
    assert Terminal(io.StringIO()).paint("red", "x") == "x"
    monkeypatch.setenv("NO_COLOR", "1")
    assert Terminal(Screen()).paint("red", "x") == "x"
