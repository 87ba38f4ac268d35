"""Identity headers with a fresh proof for one service."""

from gateway_auth.identity.assertions import ANONYMOUS, AssertionMinter
from vf_edge.identity_headers import decode
from vf_tokens import KeySet, RequestBinding, assertion

from ..builders import ALICE, signing_key

NOW = 1_800_000_000.7
MINTER = AssertionMinter((signing_key(0), signing_key(1)), 60)
KEYS = KeySet([signing_key(0).verification_key()])


def test_the_headers_say_what_the_assertion_proves():
    made = MINTER.headers(ALICE, "billing", NOW)
    proved = assertion.verify(made.values["X-User-Assertion"].encode(), KEYS, audience="billing", now=NOW)
    assert decode(made.values) == proved.identity == ALICE


def test_they_are_handed_out_while_a_third_of_the_lifetime_is_left():
    assert MINTER.headers(ALICE, "billing", NOW).usable_until == int(NOW) + 50


def test_a_binding_is_in_the_assertion():
    binding = RequestBinding("GET", "/x")
    made = MINTER.headers(ALICE, "billing", NOW, binding)
    assert (
        assertion.verify(made.values["X-User-Assertion"].encode(), KEYS, audience="billing", now=NOW).binding == binding
    )


def test_the_same_statement_can_be_signed_again_later():
    made = MINTER.headers(ALICE, "billing", NOW)
    again, until = MINTER.sign(made.statement, NOW + 100)
    assert assertion.verify(again.encode(), KEYS, audience="billing", now=NOW + 100).identity == ALICE
    assert until == int(NOW) + 150


def test_the_first_key_signs_and_all_are_published_without_their_private_halves():
    keys = MINTER.key_set()["keys"]
    assert [key["kid"] for key in keys] == [signing_key(0).kid, signing_key(1).kid]
    assert not any("d" in key for key in keys)


def test_an_anonymous_request_has_no_statement_and_no_end():
    assert (ANONYMOUS.statement, ANONYMOUS.usable_until) == (b"", float("inf"))
