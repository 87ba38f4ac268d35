"""A Redis of its own for each test, and followers that end with it."""

import asyncio

import pytest

from .following import Following
from .redis_server import RedisServer


@pytest.fixture
def redis_server(tmp_path):
    with RedisServer(tmp_path) as server:
        yield server


@pytest.fixture
async def follow():
    """Starts followers and ends them after the test."""
    started: list[Following] = []

    def start(url: str) -> Following:
        started.append(Following(url))
        return started[-1]

    yield start
    for each in started:
        each.task.cancel()
    await asyncio.gather(*(each.task for each in started), return_exceptions=True)
