"""A canonical form of text for comparison and search; :mod:`.folded_columns` stores it.

Databases disagree about letters: SQLite's ``LOWER`` and ``LIKE`` know only ASCII, PostgreSQL's depend on the locale of
the database, and neither knows that ``é`` can be one or two characters. So the text is folded here, and the database
only compares.
"""

import unicodedata

_INVISIBLE = dict.fromkeys(
    (
        0x034F,  # combining grapheme joiner
        *(0x115F, 0x1160, 0x3164, 0xFFA0),  # Hangul fillers
        *(0x17B4, 0x17B5),  # Khmer inherent vowels
        *range(0x180B, 0x1810),  # Mongolian variation selectors
        *range(0xFE00, 0xFE10),  # variation selectors
        *range(0xE0100, 0xE01F0),  # variation selectors supplement
    )
)
"""Invisible characters that ``str.isprintable`` accepts. Unicode's NFKC_Casefold drops them too."""


def fold(text: str) -> str:
    """Return a form that is equal for two spellings of one text, in any letter case and normalization.

    This is Unicode's compatibility caseless match (The Unicode Standard, D146) with two additions: invisible characters
    are dropped (as in NFKC_Casefold), and dotless i becomes i, because its capital letter is I. ``fold(fold(text))`` is
    ``fold(text)``. Sharp s becomes ``ss``, final sigma becomes sigma, and ligatures become their letters.
    """
    folded = unicodedata.normalize("NFD", text)
    while True:
        before = folded
        folded = unicodedata.normalize("NFKC", folded.upper().casefold().translate(_INVISIBLE))
        if folded == before:
            return folded
