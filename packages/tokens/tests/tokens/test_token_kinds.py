"""Which tokens of other issuers are access tokens, by what they say of themselves and by what is required of them."""

import pytest

from vf_tokens import WrongTokenKind
from vf_tokens.token_kinds import check_claims, check_type


def is_accepted(payload: dict, require: dict | None = None) -> bool:
    try:
        check_claims(payload, require or {})
    except WrongTokenKind:
        return False
    return True


@pytest.mark.parametrize("name", ["token_use", "token_type", "typ", "use"])
@pytest.mark.parametrize(
    ("value", "accepted"),
    [
        ("access", True),
        ("Access", True),
        ("access_token", True),
        ("access-token", True),
        ("Bearer", True),
        ("at+jwt", True),
        (None, True),
        ("refresh", False),
        ("id", False),
        ("ID", False),
        ("password-reset", False),
        ("sliding", False),
        ("DPoP", False),
        ("accessory", False),
        ("", False),
        (1, False),
        (True, False),
        (["access"], False),
        ({"access": 1}, False),
    ],
)
def test_a_claim_of_a_kind_must_say_access(name, value, accepted):
    assert is_accepted({name: value}) is accepted


@pytest.mark.parametrize("name", ["type", "tokenType", "tokenUse", "token_kind", "kind", "purpose", "action", "intent"])
@pytest.mark.parametrize(
    ("value", "accepted"),
    [
        ("refresh", False),
        ("Refresh_Token", False),
        ("id", False),
        ("refreshtoken", False),
        ("IDToken", False),
        ("id-token", False),
        ("logout", False),
        ("magic_link", False),
        ("MagicLink", False),
        ("email_verification", False),
        ("verify-email", False),
        ("invite", False),
        ("resetPassword", False),
        ("passwordreset", False),
        ("mfa_challenge", False),
        (["user", "refresh"], False),
        ("app", True),
        ("user", True),
        ("verified", True),
        ("active", True),
        ("idea", True),
        ("machine-to-machine", True),
        ("access", True),
        ("", True),
        (["user"], True),
        ({"refresh": 1}, True),
        (5, True),
    ],
)
def test_a_claim_that_means_other_things_too_must_not_say_refresh(name, value, accepted):
    assert is_accepted({name: value}) is accepted


def test_a_claim_that_is_required_is_left_to_its_condition():
    assert is_accepted({"token_type": "sliding"}, {"token_type": ("sliding",)})
    assert not is_accepted({"token_type": "access"}, {"token_type": ("sliding",)})
    assert not is_accepted({"token_type": "sliding", "use": "id"}, {"token_type": ("sliding",)})
    assert is_accepted({"type": "id"}, {"type": ("id",)})
    assert is_accepted({"events": {"a": 1}}, {"events": ({},)}) is False


CONDITIONS = {
    "the value": ({"a": "x"}, ("x",), True),
    "one of several": ({"a": "y"}, ("x", "y"), True),
    "another value": ({"a": "z"}, ("x", "y"), False),
    "another letter case": ({"a": "X"}, ("x",), False),
    "no such claim": ({}, ("x",), False),
    "null": ({"a": None}, ("x",), False),
    "a part of it": ({"a": "xy"}, ("x",), False),
    "a list that holds it": ({"a": ["w", "x"]}, ("x",), True),
    "a list that does not": ({"a": ["w"]}, ("x",), False),
    "an empty list": ({"a": []}, ("x",), False),
    "words that hold it": ({"a": "w x"}, ("x",), False),
    "true": ({"a": True}, (True,), True),
    "true as text": ({"a": "true"}, (True,), False),
    "one for true": ({"a": 1}, (True,), False),
    "true for one": ({"a": True}, (1,), False),
    "one": ({"a": 1}, (1,), True),
    "one as a float": ({"a": 1.0}, (1,), False),
    "one as text": ({"a": "1"}, (1,), False),
    "an object": ({"a": {"x": "x"}}, ("x",), False),
}


@pytest.mark.parametrize(("payload", "wanted", "met"), CONDITIONS.values(), ids=CONDITIONS.keys())
def test_a_condition_is_met_or_not_by(payload, wanted, met):
    assert is_accepted(payload, {"a": wanted}) is met


def test_a_condition_may_name_a_path_and_a_word_of_a_scope():
    assert is_accepted({"a": {"b": "x"}}, {"a.b": ("x",)})
    assert is_accepted({"scope": "openid orders"}, {"scope": ("orders",)})
    assert not is_accepted({"scope": "openid ordersx"}, {"scope": ("orders",)})


def test_every_condition_must_be_met():
    assert not is_accepted({"a": "x"}, {"a": ("x",), "b": ("x",)})


@pytest.mark.parametrize("typ", ["secevent+jwt", "logout+jwt", "jwt ", "", 1, {}, "JWS", "at+jwtx"])
def test_a_header_of_another_kind_is_refused(typ):
    with pytest.raises(WrongTokenKind):
        check_type({"typ": typ})
