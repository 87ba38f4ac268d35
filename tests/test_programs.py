"""`make test` finds or installs the programs that tests run, and reports what it can't install."""

import os
import subprocess
import sys
from pathlib import Path

import chromium
import pytest

FOLDER = Path(__file__).resolve().parent / "programs"


def install(path: Path, browsers: Path) -> subprocess.CompletedProcess[str]:
    """Run it with ``path`` for the machine's programs and ``browsers`` for Playwright's. No download can succeed."""
    return subprocess.run(
        [sys.executable, str(FOLDER)],
        env={
            "PATH": str(path),
            "HOME": os.environ.get("HOME", "/"),
            "PLAYWRIGHT_BROWSERS_PATH": str(browsers),
            "PLAYWRIGHT_DOWNLOAD_HOST": "http://127.0.0.1:9",
        },
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def program(folder: Path, name: str) -> None:
    (folder / name).write_text("#!/bin/sh\n")
    (folder / name).chmod(0o755)


def test_with_every_program_there_it_says_nothing(tmp_path: Path) -> None:
    program(tmp_path, "chromium")
    program(tmp_path, "nginx")
    result = install(tmp_path, tmp_path / "none")
    assert (result.returncode, result.stdout, result.stderr) == (0, "", "")


@pytest.mark.parametrize(
    "path",
    [
        "chromium-1/chrome-linux/chrome",
        "chromium_headless_shell-1/chrome-linux/headless_shell",
        "chromium_headless_shell-1/chrome-headless-shell-linux64/chrome-headless-shell",
    ],
)
def test_playwrights_own_chromium_is_enough(path: str, tmp_path: Path) -> None:
    program(tmp_path, "nginx")
    browser = tmp_path / "browsers" / path
    browser.parent.mkdir(parents=True)
    program(browser.parent, browser.name)
    result = install(tmp_path, tmp_path / "browsers")
    assert (result.returncode, result.stdout, result.stderr) == (0, "", "")


def test_the_headless_shell_is_preferred(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    program(tmp_path, "chromium")
    assert chromium.find() == str(tmp_path / "chromium")
    program(tmp_path, "chromium-headless-shell")
    assert chromium.find() == str(tmp_path / "chromium-headless-shell")


def test_what_cannot_be_installed_is_a_warning_with_every_reason(tmp_path: Path) -> None:
    program(tmp_path, "nginx")
    result = install(tmp_path, tmp_path / "browsers")
    assert result.returncode == 0
    assert "installing: Playwright's Chromium" in result.stdout
    assert "WARNING: no Chromium, so the browser tests will fail." in result.stderr
    assert "apt-get: not on this machine" in result.stderr
    assert "playwright install chromium: " in result.stderr
