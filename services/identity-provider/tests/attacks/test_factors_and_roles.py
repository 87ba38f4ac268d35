"""A role that requires a factor is not for a session whose user has removed every factor."""

import pytest
from identity_provider.accounts.services import set_roles
from identity_provider.factors import services as factors
from identity_provider.signin.services import roles_in
from tests.flows.factors import in_session, new_session, set_up

pytestmark = pytest.mark.django_db


def test_a_role_given_after_the_last_factor_was_removed_waits_for_a_new_factor(client, alice, configure, any_role):
    configure(require_mfa_roles=frozenset({"operator"}))
    session = new_session(alice)
    set_up(in_session(client, alice, session))
    assert factors.remove(user_id=alice.pk, kind="totp")
    set_roles(user=alice, roles=["customer", "operator"])
    session.refresh_from_db()
    assert roles_in(session, alice) == ["customer"]
