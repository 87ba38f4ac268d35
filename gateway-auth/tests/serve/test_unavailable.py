"""The answer for a service that is away, as Traefik fetches it from the internal side."""

import re

import pytest

from gateway_auth.serve.internal import internal_app

PATH = "/traefik/unavailable"


@pytest.fixture
async def client(edge, aiohttp_client):
    return await aiohttp_client(internal_app(edge))


async def test_a_program_reads_problem_details(client):
    answer = await client.get(PATH, headers={"X-Request-Id": "r-7"})
    problem = await answer.json(content_type="application/problem+json")
    assert (answer.status, answer.headers["Retry-After"], answer.headers["Cache-Control"]) == (503, "5", "no-store")
    assert answer.headers["Server"] == "vf"
    assert (problem["code"], problem["request_id"]) == ("service_unavailable", "r-7")


@pytest.mark.parametrize("offered", ["<script>", "a b", "x" * 129, ""])
async def test_a_request_id_that_does_not_fit_is_replaced(client, offered):
    answer = await client.get(PATH, headers={"X-Request-Id": offered, "Accept": "text/html"})
    reference = re.search(r"<code>([0-9a-f]{32})</code>", await answer.text())
    assert reference
    assert answer.headers["X-Request-Id"] == reference[1]


async def test_a_person_reads_a_page(client):
    answer = await client.get(PATH, headers={"Accept": "text/html,*/*;q=0.8"})
    assert (answer.status, answer.content_type, answer.headers["Retry-After"]) == (503, "text/html", "5")
    assert "Try again" in await answer.text()
