"""One form of a text for comparing it: the same for every way to write it."""

import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vf_service.folding import fold

NORMALIZATIONS = [lambda text, form=form: unicodedata.normalize(form, text) for form in ("NFC", "NFD", "NFKC", "NFKD")]
CASES = [str.upper, str.lower, str.title, str.swapcase, str.capitalize, str.casefold]
PRINTABLE = [chr(code) for code in range(sys.maxunicode + 1) if chr(code).isprintable()]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Renée", unicodedata.normalize("NFD", "RENÉE")),
        ("ａｌｉｃｅ", "Alice"),
        ("straße", "STRASSE"),
        ("ΟΔΥΣΣΕΥΣ", "οδυσσευς"),
        ("ﬁsher", "FISHER"),
        ("İsmail", "i̇smail"),
        ("ışık", "IŞIK"),
        ("Kelvin", "kelvin"),
        ("alice️", "alice"),
        ("é̱", "é̱"),
        ("ᾳ", "ΑΙ"),
    ],
)
def test_two_spellings_of_one_text_are_one(one, other):
    assert fold(one) == fold(other)


@pytest.mark.parametrize(("one", "other"), [("rene", "renée"), ("a b", "ab"), ("O", "0"), ("а", "a")])
def test_what_reads_differently_stays_different(one, other):
    assert fold(one) != fold(other)


@pytest.mark.parametrize("form", CASES + NORMALIZATIONS, ids=lambda form: getattr(form, "__name__", ""))
def test_every_printable_character_is_folded_alike_in_this_form(form):
    assert [character for character in PRINTABLE if fold(form(character)) != fold(character)] == []


@given(st.text(), st.lists(st.sampled_from(CASES + NORMALIZATIONS), max_size=4))
def test_any_text_is_folded_alike_in_any_row_of_forms(text, forms):
    folded = fold(text)
    for form in forms:
        text = form(text)
    assert fold(text) == folded
    assert fold(folded) == folded
