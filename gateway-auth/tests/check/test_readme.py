"""The README's configurations pass, and no setting, metric, command or field is missing from the reference pages."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from prometheus_client import Counter
from prometheus_client.metrics import MetricWrapperBase

from gateway_auth.__main__ import main
from gateway_auth.serve import metrics
from gateway_auth.settings import load_settings
from vf_lint.rules.dashboard import INSECURE
from vf_runtime import Environment
from vf_tokens import generate_pem
from vf_tokens.issuer_table import FIELDS

README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
DOCS = Path(__file__).parents[3] / "docs"


def block(language: str, first_line: str = "") -> str:
    found = re.findall(rf"```{language}\n({re.escape(first_line)}.*?)```", README, re.DOTALL)
    assert found
    return found[0]


def test_its_traefik_configuration_breaks_no_rule(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("static", "dynamic"):
        (tmp_path / f"{name}.yml").write_text(block("yaml", f"# traefik-{name}"))
    files = ["--traefik-static", str(tmp_path / "static.yml"), "--traefik-dynamic", str(tmp_path / "dynamic.yml")]
    assert main(["check", "--no-settings", "--strict", *files]) == 0
    assert INSECURE.id not in capsys.readouterr().out


def test_nginx_accepts_its_nginx_configuration(tmp_path: Path) -> None:
    nginx = shutil.which("nginx", path="/usr/sbin:/usr/bin:/usr/local/bin:/opt/homebrew/bin")
    if nginx is None:
        pytest.skip("no nginx on this machine: install it (Debian: nginx-light) to check the README's configuration")
    file = tmp_path / "nginx.conf"
    file.write_text(f"pid {tmp_path}/pid;\nevents {{}}\nhttp {{\n{block('nginx')}\n}}\n")
    result = subprocess.run(
        [nginx, "-t", "-c", str(file), "-p", str(tmp_path), "-e", str(tmp_path / "log")], capture_output=True, text=True
    )
    assert result.returncode == 0, result.stderr


def test_every_setting_is_named() -> None:
    environment = Environment({"VF_ASSERTION_KEY": generate_pem().decode()})
    load_settings(environment)
    page = (DOCS / "settings.md").read_text(encoding="utf-8")
    assert sorted(name for name in environment.names if f"`{name}`" not in page) == []


def test_every_metric_is_named() -> None:
    exported = {
        f"{metric._name}{'_total' if isinstance(metric, Counter) else ''}"
        for metric in vars(metrics).values()
        if isinstance(metric, MetricWrapperBase)
    }
    page = (DOCS / "metrics.md").read_text(encoding="utf-8")
    assert sorted(name for name in exported if f"`{name}" not in page) == []


def test_every_command_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--help"])
    (commands,) = re.findall(r"\{([a-z,]+)\}", capsys.readouterr().out)[:1]
    page = (DOCS / "gateway-cli.md").read_text(encoding="utf-8")
    assert [name for name in commands.split(",") if f"`gateway-auth {name}`" not in page] == []


def test_every_field_of_issuers_is_named() -> None:
    section = (
        (DOCS / "settings.md").read_text(encoding="utf-8").partition("### The issuers file")[2].partition("\n## ")[0]
    )
    assert [name for name in FIELDS if f"`{name}`" not in section] == []
