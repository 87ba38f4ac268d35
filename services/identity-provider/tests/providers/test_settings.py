"""The providers file, and its mistakes."""

import pytest
from identity_provider.providers.settings import Providers

from vf_runtime import SettingError

GOOD = 'name = "X"\nissuer = "https://x.example"\nclient_id = "c"\nclient_secret_file = "s"\n'


@pytest.fixture
def read(tmp_path):
    (tmp_path / "s").write_text("hidden-secret\n")
    (tmp_path / "empty").write_text("\n")

    def read(text, *, production=False):
        path = tmp_path / "providers.toml"
        path.write_text(text)
        return Providers.read(path, production=production)

    return read


def test_providers_are_listed_in_the_order_of_the_file(read):
    github = '[github]\nkind = "github"\nname = "GitHub"\nclient_id = "c"\nclient_secret_file = "s"\n'
    found = list(read(f"[zeta]\n{GOOD}{github}"))
    assert [each.id for each in found] == ["zeta", "github"]
    assert found[0].client_secret == "hidden-secret"
    assert "hidden-secret" not in repr(found)


def test_without_a_file_there_are_none():
    assert list(Providers.read(None, production=True)) == []


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[", "not TOML"),
        ("[Big]\n" + GOOD, "has [Big]"),
        ("x = 1\n", "outside of a table"),
        (f"[x]\n{GOOD}color = 1\n", "has 'color' in [x]"),
        (f'[x]\nkind = "saml"\n{GOOD}', "has the kind 'saml'"),
        ('[x]\nname = "X"\n', "must have a 'client_id' in [x]"),
        (f"[x]\n{GOOD}".replace("https://x.example", "x.example"), "not a URL"),
        (f"[x]\n{GOOD}".replace('"s"', '"missing"'), "can't be read"),
        (f"[x]\n{GOOD}".replace('"s"', '"empty"'), "empty 'client_secret_file'"),
    ],
)
def test_a_mistake_is_named_in_one_line(read, text, words):
    with pytest.raises(SettingError) as error:
        read(text)
    assert words in str(error.value)
    assert "VF_PROVIDERS_FILE" in str(error.value)
    assert "\n" not in str(error.value)


def test_production_has_no_provider_without_tls(read):
    text = f"[x]\n{GOOD}".replace("https:", "http:")
    assert list(read(text))
    with pytest.raises(SettingError, match="a URL with https"):
        read(text, production=True)
