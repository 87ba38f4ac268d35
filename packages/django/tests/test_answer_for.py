"""An answer tells the browser whom it is for."""

import re

import pytest
from django.test import Client

from vf_django.answer_for import ANSWER_FOR
from vf_django.testing import as_anonymous, as_user


def mark(**person):
    return as_user(Client(), **person).get("/open").headers.get(ANSWER_FOR)


def test_answers_to_one_person_have_one_mark_whatever_becomes_of_name_and_session():
    first = mark(user_id="usr_1", username="ann", session_id="ses_1")
    assert first == mark(user_id="usr_1", username="ann-marie", session_id="ses_2")
    assert first != mark(user_id="usr_2", username="ann", session_id="ses_1")


@pytest.mark.parametrize("user_id", ["usr_1", "ann@example.test", "\u00e5\U0001f469", "auth0|5,6"])
def test_a_mark_holds_nothing_of_the_id(user_id):
    assert re.fullmatch("[0-9a-f]{32}", mark(user_id=user_id))


def test_an_answer_to_nobody_has_none():
    assert ANSWER_FOR not in as_anonymous(Client()).get("/open").headers
    assert ANSWER_FOR not in Client().get("/whoami").headers


def test_an_error_has_it_too():
    assert ANSWER_FOR in as_user(Client()).get("/nothing").headers


def test_what_a_cache_keeps_for_everybody_is_marked_for_whoever_gets_it(settings):
    settings.MIDDLEWARE = [
        "vf_django.middleware.EdgeIdentityMiddleware",
        "django.middleware.cache.UpdateCacheMiddleware",
        "django.middleware.cache.FetchFromCacheMiddleware",
    ]
    marks = [as_user(Client(), user_id=name).get("/catalogue").headers[ANSWER_FOR] for name in ("usr_1", "usr_2")]
    assert marks[0] != marks[1]
    assert ANSWER_FOR not in as_anonymous(Client()).get("/catalogue").headers
