"""A wrong setting stops the start with one line that names the variable."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vf_runtime import Environment, SettingError


def environment(**variables: str) -> Environment:
    return Environment(variables)


def test_a_variable_that_is_set_but_empty_counts_as_not_set():
    assert environment(NAME="").text("NAME", "default") == "default"


def test_a_file_gives_the_value_without_its_line_end(tmp_path):
    (tmp_path / "secret").write_text("value\n")
    assert environment(NAME_FILE=str(tmp_path / "secret")).text("NAME") == "value"


def test_an_empty_file_is_not_taken_for_a_value(tmp_path):
    (tmp_path / "secret").write_text("\n")
    with pytest.raises(SettingError, match="NAME_FILE"):
        environment(NAME_FILE=str(tmp_path / "secret")).text("NAME", "default")


def test_every_name_that_was_asked_for_is_known():
    env = environment()
    env.text("A", "x")
    env.flag("B", False)
    assert env.names == {"A", "B"}


@pytest.mark.parametrize(
    ("value", "expected"), [("on", True), ("TRUE", True), ("1", True), ("off", False), ("no", False)]
)
def test_a_switch_is_read(value, expected):
    assert environment(NAME=value).flag("NAME", not expected) is expected


def test_words_are_divided_by_commas_and_white_space():
    assert environment(NAME="a, b\tc,,d\n").words("NAME") == ("a", "b", "c", "d")


@pytest.mark.parametrize(("value", "expected"), [("1", 1), ("10", 10), (" 7 ", 7)])
def test_a_number_within_its_bounds_is_read(value, expected):
    assert environment(NAME=value).integer("NAME", 5, least=1, most=10) == expected


def test_production_is_chosen_by_its_name():
    assert environment(VF_ENV="production").production is True
    assert environment().production is False


LONG = "x" * 40
WRONG = {
    "a missing text": (lambda env: env.text("NAME"), {}),
    "both forms at once": (lambda env: env.text("NAME"), {"NAME": "a", "NAME_FILE": __file__}),
    "a file that is not there": (lambda env: env.text("NAME"), {"NAME_FILE": "/does/not/exist"}),
    "a file that is a folder": (lambda env: env.text("NAME"), {"NAME_FILE": "/tmp"}),
    "a file name with a NUL": (lambda env: env.text("NAME"), {"NAME_FILE": "/tmp/\0"}),
    "a short secret": (lambda env: env.secret("NAME"), {"NAME": "short"}),
    "a missing secret": (lambda env: env.secret("NAME"), {}),
    "a missing secret in production": (lambda env: env.secret("NAME", development=LONG), {"VF_ENV": "production"}),
    "a development secret in production": (
        lambda env: env.secret("NAME", development=LONG),
        {"VF_ENV": "production", "NAME": LONG},
    ),
    "a number that is a word": (lambda env: env.integer("NAME", 5, least=1, most=9), {"NAME": "many"}),
    "a number that is a fraction": (lambda env: env.integer("NAME", 5, least=1, most=9), {"NAME": "1.5"}),
    "a number too small": (lambda env: env.integer("NAME", 5, least=1, most=9), {"NAME": "0"}),
    "a number too large": (lambda env: env.integer("NAME", 5, least=1, most=9), {"NAME": "10"}),
    "a number of 5,000 digits": (lambda env: env.integer("NAME", 5, least=1, most=9), {"NAME": "9" * 5000}),
    "a choice that is none": (lambda env: env.choice("NAME", ("a", "b"), "a"), {"NAME": "c"}),
    "a choice in two lines": (lambda env: env.choice("NAME", ("a", "b"), "a"), {"NAME": "a\nb"}),
    "a switch that is neither": (lambda env: env.flag("NAME", True), {"NAME": "maybe"}),
}


@pytest.mark.parametrize(("read", "variables"), WRONG.values(), ids=WRONG.keys())
def test_one_line_names_the_variable_for(read, variables):
    with pytest.raises(SettingError) as refusal:
        read(Environment(variables))
    assert "NAME" in str(refusal.value)
    assert len(str(refusal.value).splitlines()) == 1


def test_the_environment_itself_can_be_wrong():
    with pytest.raises(SettingError, match="VF_ENV"):
        _ = environment(VF_ENV="prod").production


def test_a_secret_is_never_echoed():
    with pytest.raises(SettingError) as refusal:
        environment(NAME="hunter2").secret("NAME")
    assert "hunter2" not in str(refusal.value)


def test_a_development_secret_serves_development():
    assert environment().secret("NAME", development=LONG) == LONG


@given(st.text(max_size=30))
def test_any_text_is_a_number_within_bounds_or_a_setting_error(value):
    with suppress(SettingError):
        assert 1 <= environment(NAME=value).integer("NAME", 5, least=1, most=9) <= 9
