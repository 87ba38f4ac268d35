"""Whoever has the password and a trusted browser can begin many sessions, and gets no more guesses by that."""

import pytest
from tests.flows.factors import REAUTHENTICATE, in_session, new_session, post, set_up

pytestmark = pytest.mark.django_db


def test_codes_to_reauthenticate_are_counted_over_all_sessions(client, other_client, alice):
    set_up(in_session(client, alice))
    answers = []
    for _ in range(5):
        in_session(other_client, alice, new_session(alice))
        answers += [post(other_client, REAUTHENTICATE, {"code": "000000"}).status_code for _ in range(10)]
    assert answers.count(400) == 30
    assert answers[-1] == 429
    in_session(other_client, alice, new_session(alice))
    assert post(other_client, REAUTHENTICATE, {"password": "correct horse 7"}).status_code == 204
