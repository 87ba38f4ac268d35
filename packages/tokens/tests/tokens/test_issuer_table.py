"""The table of an external issuer is read strictly. The gateway's tests of its issuers file have every mistake."""

import pytest

from vf_tokens.issuer_table import PUBLISHED_ALGORITHMS, InvalidIssuer, read_issuer

TABLE = {"issuer": "https://keycloak.test", "audience": ["api", "account"], "jwks_url": "https://keycloak.test/keys"}


def read(**changes):
    return read_issuer({**TABLE, **changes}, longest_lifetime=900)


def test_what_a_table_leaves_out_has_the_defaults_of_an_external_issuer():
    found = read()
    assert (found.policy.issuer, found.policy.audiences) == ("https://keycloak.test", ("api", "account"))
    assert (found.policy.longest_lifetime, found.policy.types, found.policy.use) == (900, None, None)
    assert not found.policy.strict_identity
    assert found.policy.unverified_email == "drop"
    assert (found.prefix, found.algorithms) == ("https://keycloak.test|", PUBLISHED_ALGORITHMS)


def test_a_table_says_where_roles_are_and_which_count():
    policy = read(roles={"claims": "realm_access.roles", "only": ["clerk"], "always": ["staff"]}).policy
    assert policy.mapping.role_paths == ("realm_access.roles",)
    assert (policy.roles.only, policy.roles.always) == (("clerk",), ("staff",))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        pytest.param({"audence": "x"}, "unknown field 'audence': did you mean 'audience'?", id="a misspelt field"),
        pytest.param({"jwks_file": "k"}, "it needs one of the fields 'jwks_url' and 'jwks_file'", id="two key sets"),
        pytest.param({"algorithms": ["HS256"]}, "field 'algorithms' must name some of", id="a shared secret"),
        pytest.param({"require": {"a": 1.5}}, "field 'require.a' must be a string", id="a float that is required"),
    ],
)
def test_a_mistake_is_named_with_its_field(changes, message):
    with pytest.raises(InvalidIssuer, match=message.replace("?", r"\?")):
        read(**changes)
