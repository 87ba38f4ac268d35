"""Secrets have a form that scanners find."""

import re
import zlib

import pytest
from identity_provider.programs import secret_form


@pytest.mark.parametrize("prefix", [secret_form.PERSONAL, secret_form.CLIENT])
def test_a_secret_has_a_prefix_and_a_checksum_and_is_never_the_same(prefix):
    made = {secret_form.new_secret(prefix) for _ in range(100)}
    assert len(made) == 100
    for secret in made:
        assert re.fullmatch(rf"{prefix}_[0-9A-Za-z]{{46}}", secret)
        assert secret_form.is_well_formed(secret, prefix)


def test_the_checksum_is_the_crc32_in_six_base62_digits():
    secret = secret_form.new_secret("vfp")
    alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
    number = 0
    for digit in secret[-6:]:
        number = number * 62 + alphabet.index(digit)
    assert number == zlib.crc32(secret[:-6].encode())


def test_any_other_character_makes_another_checksum():
    secret = secret_form.new_secret("vfp")
    for place in range(len(secret)):
        changed = secret[:place] + ("x" if secret[place] != "x" else "y") + secret[place + 1 :]
        assert not secret_form.is_well_formed(changed, "vfp"), place


@pytest.mark.parametrize(
    "change",
    [
        str.upper,
        str.lower,
        lambda s: s + "\n",
        lambda s: f" {s}",
        lambda s: s[:-1],
        lambda s: s.replace("vfp", "vfs"),
        lambda s: "",
        lambda s: "vfp_" + "\u0661" * 46,
    ],
)
def test_what_only_looks_like_a_secret_is_none(change):
    secret = "vfp_aB" + secret_form.new_secret("vfp")[6:-6]
    secret += secret_form._checksum(secret)
    assert secret_form.is_well_formed(secret, "vfp")
    assert not secret_form.is_well_formed(change(secret), "vfp")
