"""The README names every check and every key of the settings, and its five lines run in a new project."""

import os
import re
import subprocess
import sys
from dataclasses import fields
from pathlib import Path

import pytest

import vf_django.checks
from vf_django.configuration import DirectConfiguration, EdgeConfiguration

README = (Path(__file__).parents[1] / "README.md").read_text()
CHECKS = Path(vf_django.checks.__file__).parent


def test_every_check_is_documented_and_no_other():
    ids = {found for path in CHECKS.glob("*.py") for found in re.findall(r'id="(vf\.[EW]\d+)"', path.read_text())}
    assert set(re.findall(r"vf\.[EW]\d+", README)) == ids


@pytest.mark.parametrize("configuration", [EdgeConfiguration, DirectConfiguration])
def test_every_key_is_documented(configuration):
    missing = [field.name.upper() for field in fields(configuration) if field.name.upper() not in README]
    assert missing == []


def test_the_five_lines_run_at_the_end_of_a_new_projects_settings(tmp_path: Path):
    environment = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}

    def django(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "django", *arguments]
        return subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True)

    django("startproject", "orders", ".")
    (lines,) = re.findall(r"```python\n(INSTALLED_APPS \+= .*?)```", README, re.DOTALL)
    settings = tmp_path / "orders" / "settings.py"
    settings.write_text(f"{settings.read_text()}\n{lines}")
    result = django("check", "--settings", "orders.settings", "--pythonpath", ".")
    assert result.returncode == 0, result.stderr
    assert set(re.findall(r"vf\.[EW]\d+", result.stderr)) == {"vf.W015"}  # a new project has Django's admin


def test_the_lines_for_wsgi_are_what_the_check_asks_for(tmp_path: Path):
    def checked() -> str:
        command = [sys.executable, "-m", "django", "check", "--deploy", "--settings", "orders.settings"]
        environment = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
        environment["PYTHONPATH"] = str(tmp_path)
        return subprocess.run(command, env=environment, cwd=tmp_path, capture_output=True, text=True).stderr

    subprocess.run([sys.executable, "-m", "django", "startproject", "orders", "."], cwd=tmp_path, check=True)
    (lines,) = re.findall(r"```python\n(INSTALLED_APPS \+= .*?)```", README, re.DOTALL)
    settings = tmp_path / "orders" / "settings.py"
    settings.write_text(f"{settings.read_text()}\n{lines}")
    assert "vf.W019" in checked()
    (block,) = re.findall(r"```python\n(from vf_django.wsgi .*?)```", README, re.DOTALL)
    (tmp_path / "orders" / "wsgi.py").write_text(block)
    assert "vf.W014" not in checked()
    assert "vf.W019" not in checked()
