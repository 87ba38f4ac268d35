"""What is revoked stays refused as long as it matters, in little memory."""

import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway_auth.revocation.state import Marks, RevocationState, mark
from vf_edge.revocations import Revocation
from vf_tokens import AccessToken

from ..builders import ALICE, ISSUER

NOW = 1_800_000_000
MARKS = Marks.of(AccessToken(ALICE, "tok_1", NOW, NOW + 300, ISSUER))


def state_with(*revocations: Revocation) -> RevocationState:
    state = RevocationState()
    for revocation in revocations:
        state.add(revocation)
    return state


CASES = {
    "its own id": (Revocation("jti", "tok_1", 0, NOW + 300), True),
    "another token's id": (Revocation("jti", "tok_2", 0, NOW + 300), False),
    "its session": (Revocation("sid", "ses_1", 0, NOW + 300), True),
    "another session": (Revocation("sid", "ses_2", 0, NOW + 300), False),
    "a session by its token's id": (Revocation("sid", "tok_1", 0, NOW + 300), False),
    "a token by its session's id": (Revocation("jti", "ses_1", 0, NOW + 300), False),
    "its user until after it was issued": (Revocation("sub", "usr_1", NOW + 1, NOW + 300), True),
    "its user until the second it was issued": (Revocation("sub", "usr_1", NOW, NOW + 300), True),
    "its user until before it was issued": (Revocation("sub", "usr_1", NOW - 1, NOW + 300), False),
    "another user": (Revocation("sub", "usr_2", NOW + 9, NOW + 300), False),
}


@pytest.mark.parametrize(("revocation", "revoked"), CASES.values(), ids=CASES.keys())
def test_a_token_is_refused_or_not_by_a_revocation_of(revocation, revoked):
    assert state_with(revocation).is_revoked(MARKS) is revoked


def test_the_latest_not_before_of_a_user_counts_in_any_order():
    late, early = Revocation("sub", "usr_1", NOW, NOW + 300), Revocation("sub", "usr_1", NOW - 50, NOW + 900)
    assert state_with(late, early).is_revoked(MARKS)
    assert state_with(early, late).is_revoked(MARKS)


def test_an_entry_is_forgotten_only_after_its_time():
    state = state_with(Revocation("sid", "ses_1", 0, NOW + 300))
    state.forget_expired(NOW + 300)
    assert state.is_revoked(MARKS)
    state.forget_expired(NOW + 300 + 61)
    assert not state.is_revoked(MARKS)
    assert len(state) == 0


def test_a_user_is_forgotten_whole():
    state = state_with(Revocation("sub", "usr_1", NOW, NOW + 300))
    state.forget_expired(NOW + 1000)
    assert (len(state), state._user_not_before) == (0, {})


def test_an_entry_that_is_repeated_with_a_later_time_is_kept_until_then():
    state = state_with(Revocation("sid", "ses_1", 0, NOW + 300), Revocation("sid", "ses_1", 0, NOW + 900))
    state.forget_expired(NOW + 400)
    assert state.is_revoked(MARKS)
    state.forget_expired(NOW + 1000)
    assert not state.is_revoked(MARKS)


def test_an_entry_that_is_repeated_with_an_earlier_time_is_kept_until_the_later():
    state = state_with(Revocation("sid", "ses_1", 0, NOW + 900), Revocation("sid", "ses_1", 0, NOW + 300))
    state.forget_expired(NOW + 400)
    assert state.is_revoked(MARKS)


def test_every_new_entry_makes_what_was_checked_before_be_checked_again():
    state = RevocationState()
    before = state.generation
    state.add(Revocation("sid", "other", 0, NOW + 300))
    assert state.generation != before


@given(st.text(st.characters(codec="utf-8"), max_size=30), st.text(st.characters(codec="utf-8"), max_size=30))
def test_different_identifiers_and_kinds_have_different_marks(first, second):
    assert (mark("jti", first) == mark("jti", second)) is (first == second)
    assert mark("jti", first) != mark("sid", first) != mark("sub", first)


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["jti", "sid", "sub"]), st.sampled_from("abc"), st.integers(0, 99), st.integers(1, 400)
        ),
        max_size=12,
    ),
    st.integers(0, 400),
    st.integers(0, 99),
)
def test_no_live_revocation_is_ever_lost(entries, now, issued):
    """Against the plain reading of the rule: any entry that is alive and fits refuses."""
    state = state_with(*(Revocation(*entry) for entry in entries))
    state.forget_expired(now)
    for name in "abc":
        marks = Marks(mark("jti", name), mark("sid", name), mark("sub", name), issued)
        alive = [(kind, nbf) for kind, key, nbf, expires in entries if key == name and expires >= now]
        if any(kind != "sub" or issued <= nbf for kind, nbf in alive):
            assert state.is_revoked(marks)


def test_a_million_revoked_sessions_fit_in_200_megabytes():
    tracemalloc.start()
    try:
        state = RevocationState()
        before, _ = tracemalloc.get_traced_memory()
        for number in range(100_000):
            state.add(Revocation("sid", f"ses_{number:036}", 0, NOW + number % 3600))
        after, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert len(state) == 100_000
    assert (after - before) * 10 < 200_000_000
