"""One worker: serves both listeners and runs the background tasks until it is told to stop."""

import asyncio
import os
import signal
import socket
import time
from collections.abc import Coroutine
from contextlib import suppress
from typing import Any

import structlog
from aiohttp import web

from ..origins import follow_routers
from ..revocation.connection import connector
from ..revocation.follower import Follower
from ..settings import GatewaySettings
from . import metrics
from .internal import internal_app, monotonic_age, what_is_missing
from .ordinary import PARSER_LIMIT_BYTES
from .worker_parts import WorkerParts, build

HOUSEKEEPING_SECONDS = 1.0
FIRST_KNOWLEDGE_SECONDS = 3.0
CLOCK_STEP_SECONDS = 2.0
"""A smaller step back hurts nobody: services tolerate an assertion from 5 s ahead, and the check runs each second."""

log = structlog.get_logger(__name__)


async def run_worker(settings: GatewaySettings, *, supervisor: int, signs_of_life: int | None) -> None:
    """Serve until SIGTERM, SIGINT or the end of the process ``supervisor``; then finish what is being answered.

    ``signs_of_life`` is a file descriptor: a byte a second, as long as the event loop turns.
    """
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(report_unheard)
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    parts = build(settings)
    tasks = [asyncio.create_task(job) for job in background_jobs(parts)]
    tasks.append(asyncio.create_task(_stop_with(supervisor, stop)))
    if signs_of_life is not None:
        tasks.append(asyncio.create_task(_give_signs_of_life(signs_of_life)))
    internal = await start_internal(parts)
    set_gauges(parts)  # opens the files of the metrics: a flood of connections might leave none for them
    await _know_enough(parts, stop)
    await parts.server.start(settings.bind)
    log.info("serving", bind=settings.bind.port, internal=settings.internal_bind.port, production=settings.production)
    await _until_stopped(stop, tasks)
    await parts.server.stop()
    await internal.cleanup()
    for task in tasks:
        task.cancel()
    await asyncio.wait(tasks, timeout=HOUSEKEEPING_SECONDS)
    log.info("stopped")


async def _know_enough(parts: WorkerParts, stop: asyncio.Event) -> None:
    """Wait, within a bound, for keys and revocations: a new worker beside others must not refuse what they allow."""
    until = time.monotonic() + FIRST_KNOWLEDGE_SECONDS
    while what_is_missing(parts) and time.monotonic() < until and not stop.is_set():  # noqa: ASYNC110  a fetch, a stream
        await asyncio.sleep(0.01)


def background_jobs(parts: WorkerParts) -> list[Coroutine[None, None, None]]:
    """What runs beside the listeners."""
    redis, jobs = parts.settings.redis, []
    if redis is not None:
        follower = Follower(parts.gate.state, connector(redis), metrics.REVOCATION_LAG.observe)
        jobs.append(follower.run())
    jobs += [issuer.source.run() for issuer in parts.verifier.issuers.values()]
    jobs += [follow_routers(parts.origins, parts.settings), parts.server.keep_house(), keep_current(parts)]
    return jobs


async def start_internal(parts: WorkerParts) -> web.AppRunner:
    """Listen on the internal address, shared by the workers."""
    # Above what Traefik lets in: aiohttp's answer to a longer header quotes it, and Traefik would pass that on.
    runner = web.AppRunner(internal_app(parts), access_log=None, max_field_size=PARSER_LIMIT_BYTES)
    await runner.setup()
    bind = parts.settings.internal_bind
    await web.TCPSite(runner, bind.host, bind.port, reuse_port=hasattr(socket, "SO_REUSEPORT")).start()
    return runner


async def keep_current(parts: WorkerParts) -> None:
    """Once a second: forget expired revocations and verdicts from the future, export what the hot path counted."""
    steps_back = StepsBack()
    while True:
        await asyncio.sleep(HOUSEKEEPING_SECONDS)
        if steps_back.take():
            log.warning("clock_set_back")
            parts.forget()
        parts.gate.state.forget_expired(time.time())
        parts.server.report()
        set_gauges(parts)


def set_gauges(parts: WorkerParts) -> None:
    """What is so at this moment. Without revocations there is no view that could be old: its age stays 0."""
    metrics.REVOCATIONS.set(len(parts.gate.state))
    if parts.settings.redis is not None:
        metrics.STALENESS.set(parts.gate.staleness())
    for issuer in parts.verifier.issuers.values():
        metrics.KEY_SET_AGE.labels(issuer.policy.issuer).set(monotonic_age(issuer.source.fetched_at))
    for name, cache in (("tokens", parts.verifier.cache), ("verdicts", parts.verdicts.cache)):
        metrics.CACHE_BYTES.labels(name).set(cache.size)
        metrics.CACHE_ENTRIES.labels(name).set(len(cache))


def report_unheard(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """Log a failure that no task awaits, except for a name lookup that was given up.

    uvloop cannot cancel a lookup: its error arrives long after the follower has reported the timeout.
    """
    if not isinstance(context.get("exception"), socket.gaierror):
        loop.default_exception_handler(context)


async def _stop_with(supervisor: int, stop: asyncio.Event) -> None:
    """Stop with the supervisor: without one, workers would serve on, unseen, with old settings."""
    while os.getppid() == supervisor:  # noqa: ASYNC110  no event tells it
        await asyncio.sleep(HOUSEKEEPING_SECONDS)
    log.error("supervisor_gone")
    stop.set()


async def _give_signs_of_life(descriptor: int) -> None:
    os.set_blocking(descriptor, False)
    while True:
        with suppress(BlockingIOError, BrokenPipeError):  # unread, or the supervisor is gone: not this task's business
            os.write(descriptor, b".")
        await asyncio.sleep(HOUSEKEEPING_SECONDS)


async def _until_stopped(stop: asyncio.Event, tasks: list["asyncio.Task[None]"]) -> None:
    """Wait for the signal. A background task that fails ends the worker: better restarted than half alive."""
    stopping = asyncio.create_task(stop.wait())
    pending: set[asyncio.Task[object]] = {stopping, *tasks}
    while not stopping.done():
        done, pending = await asyncio.wait(pending, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()


class StepsBack:
    """Notices that the wall clock was set back: what was signed before is then from the future."""

    def __init__(self) -> None:
        self._ahead = _ahead()

    def take(self) -> bool:
        """True if the clock was set back since the last call."""
        before, self._ahead = self._ahead, _ahead()
        return before - self._ahead > CLOCK_STEP_SECONDS


def _ahead() -> float:
    return time.time() - time.monotonic()
