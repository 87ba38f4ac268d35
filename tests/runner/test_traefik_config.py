"""The copy of traefik/traefik.yml that each start writes."""

from pathlib import Path

import pytest
import yaml

from deploy.prepare import containers
from deploy.prepare.traefik_static import DEADLINES
from runner import Settings
from runner.traefik_config import local_static_configuration
from vf_runtime import SettingError


def written(folder: Path, **variables: str) -> dict:
    return yaml.safe_load(local_static_configuration(Settings.from_environment(variables, state_dir=folder)))


def test_the_defaults_cut_no_upload_answer_or_stream(tmp_path: Path) -> None:
    configuration = written(tmp_path)
    for name in ("web", "websecure"):
        bounds = configuration["entryPoints"][name]["transport"]["respondingTimeouts"]
        assert bounds == {"readTimeout": "600s", "writeTimeout": "0s", "idleTimeout": "90s"}
    assert configuration["serversTransport"]["forwardingTimeouts"]["responseHeaderTimeout"] == "600s"


@pytest.mark.parametrize(("variable", "place"), [(name, place) for name, (place, _, _) in DEADLINES.items()])
def test_every_deadline_is_a_setting(tmp_path: Path, variable: str, place: str) -> None:
    assert f"'{place}': '77s'" in str(written(tmp_path, **{variable: "77"}))


@pytest.mark.parametrize("variable", DEADLINES)
def test_a_wrong_deadline_stops_the_start(tmp_path: Path, variable: str) -> None:
    with pytest.raises(SettingError, match=f"^{variable} is 'soon'"):
        written(tmp_path, **{variable: "soon"})


def test_the_containers_get_the_same_deadlines(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("deploy.prepare.containers.os.chown", lambda *_: None)
    containers.write_traefik_configuration({"VF_EDGE_READ_TIMEOUT": "77"}, (), tmp_path)
    assert "readTimeout: 77s\n" in (tmp_path / "traefik.yml").read_text()
    assert 'address: ":8000"' in (tmp_path / "traefik.yml").read_text()
