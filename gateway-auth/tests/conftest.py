"""Fixtures of the edge's tests: real servers on free ports, nothing replaced that can run."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator

import pytest
import structlog
import uvloop
from structlog.testing import capture_logs
from structlog.typing import EventDict

from gateway_auth.revocation import follower
from gateway_auth.serve import handler
from gateway_auth.serve import repeats as verdicts
from gateway_auth.serve.worker_parts import WorkerParts, build
from gateway_auth.tokens import key_source
from vf_runtime.addresses import Address

from .builders import settings
from .key_server import KeyServer

ANY_PORT = Address("127.0.0.1", 0)
Start = Callable[..., Awaitable[WorkerParts]]


def pytest_asyncio_loop_factories(item: pytest.Item) -> dict[str, Callable[[], asyncio.AbstractEventLoop]]:
    """The standard loop; those tests that are marked with both run with the one that production uses, too."""
    mark = item.get_closest_marker("asyncio")
    factories = {"asyncio": asyncio.new_event_loop}
    return factories | {"uvloop": uvloop.new_event_loop} if mark and "loop_factories" in mark.kwargs else factories


@pytest.fixture
async def start_edge() -> AsyncIterator[Start]:
    """Starts a real listener for the settings given, and stops it after the test."""
    async with contextlib.AsyncExitStack() as stack:

        async def start(**variables: str) -> WorkerParts:
            parts = build(settings(**variables))
            await parts.server.start(ANY_PORT)
            stack.push_async_callback(parts.server.stop, 0.2)
            return parts

        yield start


@pytest.fixture
async def edge(start_edge: Start) -> WorkerParts:
    """A listener with the usual settings."""
    return await start_edge()


@pytest.fixture
async def key_server() -> AsyncIterator[KeyServer]:
    """An issuer's key set at a real address."""
    async with KeyServer() as server:
        yield server


@pytest.fixture(autouse=True)
def logging_as_it_was() -> Iterator[None]:
    """A command that runs within a test configures logging for its process."""
    before = structlog.get_config()
    yield
    structlog.configure(**before)


@pytest.fixture
def log_lines() -> Iterator[list[EventDict]]:
    """What is logged during the test. A logger keeps the settings of its first use, perhaps another test's."""
    for module in (follower, handler, key_source, verdicts):
        vars(module.log).pop("bind", None)
    level = structlog.get_config()["wrapper_class"]
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.DEBUG))
    with capture_logs() as lines:
        yield lines
    structlog.configure(wrapper_class=level)
