"""The README names every check and every key of the settings."""

import re
from dataclasses import fields
from pathlib import Path

import pytest

import vf_django.checks
from vf_django.configuration import DirectConfiguration, EdgeConfiguration

README = (Path(__file__).parents[2] / "README.md").read_text()
CHECKS = Path(vf_django.checks.__file__).parent


def test_every_check_is_documented_and_no_other():
    ids = {found for path in CHECKS.glob("*.py") for found in re.findall(r'id="(vf\.[EW]\d+)"', path.read_text())}
    assert set(re.findall(r"vf\.[EW]\d+", README)) == ids


@pytest.mark.parametrize("configuration", [EdgeConfiguration, DirectConfiguration])
def test_every_key_is_documented(configuration):
    missing = [field.name.upper() for field in fields(configuration) if field.name.upper() not in README]
    assert missing == []
