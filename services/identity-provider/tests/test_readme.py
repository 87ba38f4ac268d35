"""The documents name every endpoint, setting, command, problem code and limit that there is."""

import re
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from identity_provider import configuration
from identity_provider.configuration import IdentitySettings
from identity_provider.endpoints_page import BEGIN, END, renewed
from identity_provider.signin import errors
from rest_framework.exceptions import APIException

from vf_runtime import Environment
from vf_service.settings import ServiceSettings

PART = Path(__file__).resolve().parent.parent
README = (PART / "README.md").read_text()
DOCS = PART.parents[1] / "docs"
API = (DOCS / "identity-provider-api.md").read_text()
PROTECTION = (DOCS / "sign-in-protection.md").read_text()
SETTINGS = (DOCS / "settings.md").read_text().partition("## Who reads what")[0]


def test_the_table_of_endpoints_is_current():
    """``manage.py write_endpoints`` renews it."""
    assert renewed(API) == API


def test_a_page_without_the_markers_is_an_error(tmp_path):
    page = tmp_path / "page.md"
    page.write_text("no markers")
    with pytest.raises(CommandError, match="must contain"):
        call_command("write_endpoints", page)
    page.write_text(f"before {BEGIN} outdated {END} after")
    call_command("write_endpoints", page)
    assert "| `POST /api/v1/auth/login/` | anyone | Sign in." in page.read_text()
    assert "outdated" not in page.read_text()


def test_every_setting_of_this_part_alone(tmp_path):
    environment = Environment({"VF_JWT_ALGORITHM": "HS256"})
    service = ServiceSettings.read("identity", tmp_path, environment)
    shared = set(environment.names)
    IdentitySettings.read(service, tmp_path)
    own = (environment.names - shared) | {"VF_CORS_EXTRA_ORIGINS"}
    assert {name for name in own if f"`{name}`" not in SETTINGS} == set()
    section = SETTINGS.partition("## Identity provider")[2].partition("\n## ")[0]
    assert set(re.findall(r"^\| `(VF_\w+)` \|", section, re.MULTILINE)) <= own
    assert all(name in Path(configuration.__file__).read_text() for name in own)


@pytest.mark.parametrize(
    "command", [path.stem for path in PART.glob("identity_provider/*/management/commands/[a-z]*.py")]
)
def test_command(command):
    assert f"`manage.py {command}" in README


def test_every_problem_code_of_signing_in():
    kinds = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, APIException)]
    codes = {kind.default_code for kind in kinds if kind is not APIException}
    assert len(codes) == 11
    assert all(f"`{code}`" in API for code in codes)


def test_the_limits_are_the_documented_ones():
    from identity_provider.signin import limits

    for limit in (limits.NAME_AND_NETWORK, limits.NETWORK, limits.NAME):
        assert f"| {limit.failures} | {limit.window.seconds // 60} min |" in PROTECTION
