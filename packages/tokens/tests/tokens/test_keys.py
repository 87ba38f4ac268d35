"""Keys decide the algorithm, and a published set cannot bring in what it should not (hostile rows 20, 21)."""

import json

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed448, rsa, x25519
from hypothesis import given
from hypothesis import strategies as st

from vf_tokens import (
    ALGORITHMS,
    KeySet,
    TokenInvalid,
    UnknownKey,
    UnusableKey,
    compact,
    generate_pem,
    generate_secret,
    key_set_document,
    parse_key_set,
    signing_key_from_pem,
    signing_key_from_secret,
)
from vf_tokens.jwk import thumbprint

from .builders import key_set, signing_key

ASYMMETRIC = ("ES256", "RS256", "EdDSA")


def document(*entries: object) -> str:
    return json.dumps({"keys": entries})


def jwk(algorithm: str = "ES256", number: int = 0, **changes: object) -> dict[str, object]:
    entry = signing_key(algorithm, number).public_jwk() | changes
    return {name: value for name, value in entry.items() if value is not ...}


@pytest.mark.parametrize("algorithm", ASYMMETRIC)
def test_a_published_set_verifies_what_its_owner_signs_with(algorithm):
    key = signing_key(algorithm)
    found = parse_key_set(json.dumps(key_set_document([key]))).find({"alg": algorithm, "kid": key.kid})
    token = compact.parse(key.sign({}, {}).encode())
    assert found.algorithm == algorithm
    assert found.verify(token.signing_input, token.signature)


@pytest.mark.parametrize("algorithm", ASYMMETRIC)
def test_a_published_set_holds_no_private_member_of(algorithm):
    entry = key_set_document([signing_key(algorithm)])["keys"][0]
    assert entry.keys() <= {"kty", "crv", "x", "y", "n", "e", "kid", "alg", "use"}
    assert entry["alg"] == algorithm


def test_a_shared_secret_is_never_published():
    assert key_set_document([signing_key("HS256"), signing_key("ES256")])["keys"] == [jwk()]
    with pytest.raises(UnusableKey):
        signing_key("HS256").public_jwk()


def test_a_shared_secret_in_a_published_set_is_not_a_key():
    oct_key = {"kty": "oct", "k": "c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LXNlY3JldA", "kid": "x", "alg": "HS256"}
    with pytest.raises(UnusableKey):
        parse_key_set(document(oct_key))
    assert parse_key_set(document(oct_key, jwk())).kids == (signing_key("ES256").kid,)


def test_the_kid_is_the_keys_rfc_7638_thumbprint():
    example = {
        "kty": "RSA",
        "n": "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWK"
        "RXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMic"
        "AtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3"
        "XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw",
        "e": "AQAB",
        "alg": "RS256",
        "kid": "2011-04-29",
    }
    assert thumbprint(example) == "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs"
    assert thumbprint(jwk()) == signing_key("ES256").kid


PASSED_OVER = {
    "a key for encryption": jwk(number=1, use="enc"),
    "a key for other operations": jwk(number=1, key_ops=["wrapKey", "encrypt"]),
    "a key whose operations are a string": jwk(number=1, key_ops="verify"),
    "a key on another curve": {"kty": "EC", "crv": "P-384", "kid": "p384", "x": "AA", "y": "AA"},
    "a key on an unknown curve": jwk(number=1, crv="P-257"),
    "a key off the curve": jwk(number=1, x=jwk()["x"]),
    "a key whose alg is another kind's": jwk(number=1, alg="RS256"),
    "a key whose alg is not a string": jwk(number=1, alg=["ES256"]),
    "a key of an unknown type": {"kty": "quantum", "kid": "q"},
    "a key without a type": {"kid": "q"},
    "a key whose type is a list": {"kty": ["EC"], "kid": "q"},
    "a key whose id is a number": jwk(number=1, kid=5),
    "a key without a coordinate": jwk(number=1, y=...),
    "a key whose coordinate is a number": jwk(number=1, y=5),
    "a key whose coordinate is null": jwk(number=1, y=None),
    "a key whose coordinate is not base64": jwk(number=1, y="!!!"),
    "a key whose coordinate is not ASCII": jwk(number=1, y="ä" * 43),
    "an RSA key without a modulus": {"kty": "RSA", "kid": "r", "e": "AQAB"},
    "an RSA key whose exponent is 1": jwk("RS256", e="AQ"),
    "an Ed25519 key of the wrong length": jwk("EdDSA", x="AAAA"),
    "an X25519 key": {"kty": "OKP", "crv": "X25519", "kid": "x", "x": jwk("EdDSA")["x"]},
    "a key that is a string": "key",
    "a key that is null": None,
    "a key that is a list": [],
}


@pytest.mark.parametrize("entry", PASSED_OVER.values(), ids=PASSED_OVER.keys())
def test_a_set_works_although_it_also_holds(entry):
    """RFC 7517 §5: keys that are not understood are ignored; one bad key must not take the good ones along."""
    assert parse_key_set(document(entry, jwk())).kids == (signing_key("ES256").kid,)


def test_a_short_rsa_key_is_passed_over():
    from vf_tokens.jwk import bare_jwk

    short = rsa.generate_private_key(65537, 1024)
    with pytest.raises(UnusableKey):
        parse_key_set(document(bare_jwk("RS256", short.public_key()) | {"kid": "short"}))


def test_algorithms_that_the_issuer_may_not_use_are_passed_over():
    both = document(jwk(), jwk("RS256"))
    assert parse_key_set(both, ("RS256",)).kids == (signing_key("RS256").kid,)


def test_two_keys_of_one_kind_and_id_are_refused():
    with pytest.raises(UnusableKey):
        parse_key_set(document(jwk(), jwk(number=1, kid=jwk()["kid"])))


def test_keys_of_different_kinds_may_share_an_id():
    """RFC 7517 §4.5: the token's algorithm says which of the two it is."""
    keys = parse_key_set(document(*(jwk(algorithm, kid="shared") for algorithm in ASYMMETRIC)))
    for algorithm in ASYMMETRIC:
        assert keys.find({"alg": algorithm, "kid": "shared"}).algorithm == algorithm
    with pytest.raises(TokenInvalid):
        keys.find({"alg": "HS256", "kid": "shared"})


MEMBERS = {
    "none of the optional members": {"use": ..., "alg": ...},
    "members that are null": {"use": None, "alg": None, "key_ops": None},
    "operations": {"use": ..., "key_ops": ["verify"]},
    "a certificate, and members that nobody knows": {
        "x5c": ["MIIB"],
        "x5t": "a",
        "x5t#S256": "b",
        "ext": True,
        "z": {},
    },
}


@pytest.mark.parametrize("members", MEMBERS.values(), ids=MEMBERS.keys())
@pytest.mark.parametrize("algorithm", ASYMMETRIC)
def test_a_key_is_usable_that_has(algorithm, members):
    kid = signing_key(algorithm).kid
    assert parse_key_set(document(jwk(algorithm, **members))).find({"alg": algorithm, "kid": kid}).kid == kid


@pytest.mark.parametrize("published", ["EdDSA", "Ed25519", ...])
@pytest.mark.parametrize("said", ["EdDSA", "Ed25519"])
def test_ed25519_goes_by_both_its_names(published, said):
    """RFC 9864 §2.2 names it by its curve, RFC 8037 §3.1 called it EdDSA: one key, one kind of signature."""
    keys = parse_key_set(document(jwk("EdDSA", alg=published)))
    assert keys.find({"alg": said, "kid": signing_key("EdDSA").kid}).algorithm == "EdDSA"


def test_keys_without_an_id_do_not_spoil_the_set():
    assert parse_key_set(document(jwk(kid=...), jwk(number=1, kid=...), jwk("EdDSA"))).kids == (
        signing_key("EdDSA").kid,
    )


NOT_SETS = ["", "null", "[]", "{}", '{"keys":null}', '{"keys":5}', '{"keys":{}}', '{"keys":[]}', "{" * 100_000, b"\xff"]


@pytest.mark.parametrize("text", NOT_SETS, ids=lambda text: repr(text[:15]))
def test_what_is_not_a_key_set_is_unusable(text):
    with pytest.raises(UnusableKey):
        parse_key_set(text)


@given(
    st.dictionaries(
        st.sampled_from(["kty", "crv", "x", "y", "n", "e", "kid", "alg", "use", "d"]),
        st.sampled_from(["EC", "RSA", "OKP", "P-256", "Ed25519", "AQAB", "AA", "", "sig", "ES256"])
        | st.none()
        | st.integers()
        | st.lists(st.text(max_size=2), max_size=2),
    )
)
def test_any_key_of_a_set_is_a_key_or_passed_over(entry):
    kids = parse_key_set(document(entry, jwk(kid="good key"))).kids
    assert "good key" in kids


def test_without_a_kid_the_only_key_answers():
    assert key_set(signing_key("ES256")).find({"alg": "ES256"}).kid == signing_key("ES256").kid


def test_without_a_kid_two_keys_do_not_answer():
    with pytest.raises(TokenInvalid):
        key_set(signing_key("ES256"), signing_key("EdDSA")).find({"alg": "ES256"})


def test_only_an_unknown_kid_is_worth_another_look_at_the_set():
    keys = key_set(signing_key("ES256"))
    with pytest.raises(UnknownKey):
        keys.find({"alg": "ES256", "kid": "new"})
    for odd in (5, ["a"], True, "a" * 257):
        with pytest.raises(TokenInvalid) as refusal:
            keys.find({"alg": "ES256", "kid": odd})
        assert not isinstance(refusal.value, UnknownKey)


def test_an_empty_set_answers_nothing():
    with pytest.raises(UnknownKey):
        KeySet(()).find({"alg": "ES256", "kid": "any"})


@pytest.mark.parametrize("algorithm", ALGORITHMS)
@pytest.mark.parametrize("signature", [b"", b"\0", b"\0" * 64, b"\xff" * 64, b"\x30" * 72, b"a" * 256, b"a" * 5000])
def test_an_odd_signature_is_wrong_and_no_error_with(algorithm, signature):
    assert signing_key(algorithm).verification_key().verify(b"input", signature) is False


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_a_key_is_never_shown_in_its_representation(algorithm):
    key = signing_key(algorithm)
    for shown in (repr(key), repr(key.verification_key())):
        assert "private" not in shown
        assert "secret" not in shown


UNUSABLE_PEMS = {
    "nothing": b"",
    "not PEM": b"hello",
    "cut off": generate_pem()[:-40],
    "encrypted": ec.generate_private_key(ec.SECP256R1()).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.BestAvailableEncryption(b"x")
    ),
    "a public key": ec.generate_private_key(ec.SECP256R1())
    .public_key()
    .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo),
}
OTHER_KEYS = {
    "P-384": ec.generate_private_key(ec.SECP384R1()),
    "secp256k1": ec.generate_private_key(ec.SECP256K1()),
    "Ed448": ed448.Ed448PrivateKey.generate(),
    "X25519": x25519.X25519PrivateKey.generate(),
    "a short RSA key": rsa.generate_private_key(65537, 1024),
}
UNUSABLE_PEMS |= {
    name: key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    for name, key in OTHER_KEYS.items()
}


@pytest.mark.parametrize("pem", UNUSABLE_PEMS.values(), ids=UNUSABLE_PEMS.keys())
def test_a_pem_is_unusable_that_is(pem):
    with pytest.raises(UnusableKey):
        signing_key_from_pem(pem)


def test_a_short_secret_is_unusable():
    with pytest.raises(UnusableKey):
        signing_key_from_secret("x" * 31)


def test_a_generated_secret_is_long_enough():
    assert signing_key_from_secret(generate_secret()).algorithm == "HS256"


def test_no_private_key_is_generated_for_a_secrets_algorithm():
    with pytest.raises(UnusableKey):
        generate_pem("HS256")
