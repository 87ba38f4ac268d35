"""An answer to a person is kept by no cache: not by one before the edge, not by Django's own."""

from vf_django.testing import as_user

DJANGOS_CACHE = [
    "django.middleware.cache.UpdateCacheMiddleware",
    "vf_django.middleware.EdgeIdentityMiddleware",
    "django.middleware.cache.FetchFromCacheMiddleware",
]


def test_no_cache_may_keep_what_a_person_was_answered(client):
    assert as_user(client).get("/open")["Cache-Control"] == "no-store, private"


def test_an_answer_to_nobody_is_left_as_it_is(client):
    assert "Cache-Control" not in client.get("/open")


def test_a_view_that_says_otherwise_has_its_way(client):
    assert as_user(client).get("/catalogue")["Cache-Control"] == "public, max-age=60"


def test_djangos_own_cache_hands_nobody_the_answer_of_another(client, settings):
    settings.MIDDLEWARE = DJANGOS_CACHE
    assert as_user(client, username="ann").get("/open").json()["username"] == "ann"
    assert as_user(client, username="bob").get("/open").json()["username"] == "bob"
