"""Twenty tabs refresh at the same moment, against real databases and the real server."""

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import httpx
import psycopg
import pytest
from tests.servers import HOST

TABS = 20


@pytest.fixture
def server(installation):
    with (
        installation.gunicorn(VF_THREADS=str(TABS)) as url,
        httpx.Client(base_url=url, headers={"Host": HOST}, timeout=30) as client,
    ):
        yield client


@pytest.fixture
def query(installation):
    """Ask the database itself."""

    def ask(statement):
        if installation.database_url.startswith("sqlite"):
            with sqlite3.connect(installation.database_url.removeprefix("sqlite:///")) as connection:
                return connection.execute(statement).fetchone()[0]
        with psycopg.connect(installation.database_url) as connection:
            return connection.execute(statement).fetchone()[0]

    return ask


def sign_in(server):
    response = server.post("/api/auth/login/", json={"username": "alice", "password": "alice123"})
    assert response.status_code == 200, response.text
    server.cookies.clear()
    return response.cookies["jwt_refresh"]


def refresh_at_once(server, token):
    barrier = Barrier(TABS)

    def tab(_):
        with httpx.Client(base_url=server.base_url, headers={"Host": HOST}, timeout=30) as client:
            barrier.wait()
            return client.post("/api/auth/refresh/", headers={"Cookie": f"jwt_refresh={token}"})

    with ThreadPoolExecutor(TABS) as pool:
        return list(pool.map(tab, range(TABS)))


def test_twenty_tabs_at_once_are_one_rotation_and_all_get_the_same_successor(server, query):
    token = sign_in(server)
    for _ in range(3):
        rotations = query("SELECT count(*) FROM signin_refreshtoken WHERE rotated_at IS NOT NULL")
        answers = refresh_at_once(server, token)
        assert [answer.status_code for answer in answers] == [200] * TABS, {answer.text for answer in answers}
        [token] = {answer.cookies["jwt_refresh"] for answer in answers}
        assert query("SELECT count(*) FROM signin_refreshtoken WHERE rotated_at IS NOT NULL") == rotations + 1
    assert query("SELECT count(*) FROM signin_session WHERE revoked_at IS NOT NULL") == 0


def test_signing_out_everywhere_while_tabs_refresh_leaves_nobody_signed_in_and_nothing_stuck(server, query):
    """The locks are taken in one order: no deadlock, and no refresh survives the sign-out."""
    tokens = [sign_in(server) for _ in range(5)]

    def tab(token):
        for _ in range(6):
            answer = server.post("/api/auth/refresh/", headers={"Cookie": f"jwt_refresh={token}"})
            if answer.status_code != 200:
                break
            token = answer.cookies["jwt_refresh"]
        return answer.status_code

    def other(number):
        token = tokens[number]
        return server.post("/api/auth/logout/", headers={"Cookie": f"jwt_refresh={token}"}).status_code

    with ThreadPoolExecutor(TABS) as pool:
        tabs = [pool.submit(tab, token) for token in tokens for _ in range(2)]
        logouts = [pool.submit(other, number) for number in range(5)]
        assert {future.result() for future in tabs} <= {200, 401}
        assert {future.result() for future in logouts} == {204}
    assert query("SELECT count(*) FROM signin_session WHERE revoked_at IS NULL") == 0
    assert query("SELECT count(*) FROM revocations_revocation") == 5
