"""What is known to be revoked is refused; what cannot be known is refused or not by the policy."""

import pytest

from gateway_auth.denials import CannotDecide, RevokedToken
from gateway_auth.revocation.state import Marks, RevocationGate, RevocationState, mark
from vf_edge.revocations import Revocation

MARKS = Marks(mark("jti", "t"), mark("sid", "s"), mark("sub", "u"), 1000)
NOW = 5000.0


def gate(*, closed: bool, fresh_at: float | None, revoked: bool = False) -> RevocationGate:
    state = RevocationState()
    state.fresh_at = fresh_at
    if revoked:
        state.add(Revocation("sid", "s", 0, 10**10))
    return RevocationGate(state, closed=closed, max_staleness=30, clock=lambda: NOW)


# (closed, last complete view, refused with)
CASES = {
    "closed and fresh": (True, NOW, None),
    "closed and just within the bound": (True, NOW - 30, None),
    "closed and past the bound": (True, NOW - 30.1, CannotDecide),
    "closed and never read": (True, None, CannotDecide),
    "open and past the bound": (False, NOW - 9999, None),
    "open and never read": (False, None, None),
}


@pytest.mark.parametrize(("closed", "fresh_at", "refusal"), CASES.values(), ids=CASES.keys())
def test_a_token_that_nobody_revoked_is(closed, fresh_at, refusal):
    checked = gate(closed=closed, fresh_at=fresh_at)
    assert checked.is_open() is (refusal is None)
    if refusal is None:
        checked.check(MARKS)
    else:
        with pytest.raises(refusal):
            checked.check(MARKS)


@pytest.mark.parametrize(("closed", "fresh_at", "_refusal"), CASES.values(), ids=CASES.keys())
def test_a_revoked_token_is_called_revoked_when(closed, fresh_at, _refusal):
    with pytest.raises(RevokedToken):
        gate(closed=closed, fresh_at=fresh_at, revoked=True).check(MARKS)


def test_staleness_is_infinite_before_the_first_reading():
    assert gate(closed=True, fresh_at=None).staleness() == float("inf")
    assert gate(closed=True, fresh_at=NOW - 7).staleness() == 7
