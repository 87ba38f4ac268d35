"""Answers requests: a plain one at once, any other one through aiohttp. Both ways decide, answer and record alike.

Each decision is one line in the log, with nothing of a credential and no query of a client.
"""

import asyncio
import time
from typing import Any

import structlog
from aiohttp import HttpVersion10, web
from aiohttp.abc import AbstractStreamWriter
from aiohttp.web_request import BaseRequest

from ..answer.answers import Answer, answer_to, problem
from ..answer.sign_in import SignInAddress
from ..answer.wire import RequestIds, whole
from ..decision.decision import Basis, Decision, Outcome
from ..decision.steps import decide
from ..denials import CannotDecide
from ..request.lines import Asked, HeaderLines
from ..request.plain_head import read_plain_head
from . import metrics
from .repeats import VerdictCache

DEADLINE_SECONDS = 5.0
"""Far below the 30 s after which Traefik gives up (docs/failure-modes.md)."""

log = structlog.get_logger(__name__)


class VerifyHandler:
    """Answers every request that is not a repeat."""

    def __init__(self, basis: Basis, sign_in: SignInAddress, ids: RequestIds, repeats: VerdictCache) -> None:
        self._basis = basis
        self._sign_in = sign_in
        self._ids = ids
        self._repeats = repeats

    def answer_at_once(self, data: bytes) -> bytes | None:
        """The answer to a plain request, or None: then aiohttp reads it, or waits for keys."""
        started = time.perf_counter()
        asked = read_plain_head(data)
        if asked is None:
            return None
        decision = decide(asked, self._basis, time.time())
        if decision.outcome is Outcome.UNDECIDED:
            return None
        if decision.allowed:
            end = self._ids.end_of_head()
            answer = self._repeats.first_answer(data, decision, end)
            _record_allowed(decision, self._ids.id_of(end))
        else:
            answer = whole(self._answer(decision, self._ids.next()), with_body=asked.method.upper() != "HEAD")
        metrics.DECIDED_LATENCY.observe(time.perf_counter() - started)
        return answer

    async def __call__(self, request: BaseRequest) -> web.StreamResponse:
        """Decide about the original request that ``request`` describes."""
        started = time.perf_counter()
        path, _, query = request.raw_path.partition("?")
        decision = await self._decide(Asked(request.method, path, query, request.raw_headers))
        answer = self._answer(decision, self._ids.next())
        metrics.DECIDED_LATENCY.observe(time.perf_counter() - started)
        return WireResponse(answer)

    def fault(self, error: BaseException | None) -> Answer:
        """The answer to a fault of the gateway: denied."""
        log.error("decision_failed", exc_info=error)
        return self.refuse(500, "internal_error", "The gateway couldn't check the request, so it was rejected.")

    def refuse(self, status: int, code: str, detail: str) -> Answer:
        """The answer to what was not decided: bytes that are no request, or a fault."""
        metrics.decisions("denied", code).inc()
        return problem(status, code, detail, self._ids.next())

    def _answer(self, decision: Decision, request_id: str) -> Answer:
        answer = answer_to(decision, request_id, self._sign_in)
        if decision.allowed:
            _record_allowed(decision, request_id)
        else:
            _record_denied(decision, answer, request_id)
        return answer

    async def _decide(self, asked: Asked) -> Decision:
        decision = decide(asked, self._basis, time.time())
        if decision.outcome is not Outcome.UNDECIDED:
            return decision
        try:
            async with asyncio.timeout(DEADLINE_SECONDS):
                await decision.issuer.source.learn()
        except TimeoutError:
            decision.outcome = Outcome.DENIED
            decision.refusal = decision.denial = CannotDecide("the issuer's keys did not come in time")
            return decision
        return decide(asked, self._basis, time.time(), last_try=True)


def _record_allowed(decision: Decision, request_id: str) -> None:
    """Count and log an allowed or anonymous request."""
    token = decision.who
    (metrics.ANONYMOUS if token is None else metrics.ALLOWED).inc()
    identity = None if token is None else token.access.identity
    log.info(
        "allowed" if identity else "anonymous",
        request_id=request_id,
        rule=decision.asked.query,
        user_id=identity.user_id if identity else "",
        session=identity.session_id if identity else "",
        **({"actor": identity.actor_id} if identity and identity.actor_id else {}),
    )


def _record_denied(decision: Decision, answer: Answer, request_id: str) -> None:
    """Count and log a denial, with its reason, which no client reads."""
    denial, headers = decision.denial, decision.found("headers")
    assert denial is not None  # noqa: S101
    outcome = "redirected" if answer.status == 302 else "denied"
    metrics.decisions(outcome, denial.code).inc()
    log.info(
        outcome,
        request_id=request_id,
        rule=_rule_shown(decision),
        status=answer.status,
        code=denial.code,
        reason=str(denial),
        host=_shown(headers, b"x-forwarded-host"),
        method=_shown(headers, b"x-forwarded-method"),
        path=_shown(headers, b"x-forwarded-uri").partition("?")[0],
    )


def _rule_shown(decision: Decision) -> str:
    """The rule, if it is one: a proxy that appends the client's query sends that here, secrets included."""
    return "[unreadable]" if decision.found("rule") is None else decision.asked.query[:256]


def _shown(headers: HeaderLines | None, name: bytes) -> str:
    """A forwarded value: bounded, and without a query, which may hold a secret."""
    values = headers.every(name) if headers is not None else []
    return values[0][:256].decode("ascii", "backslashreplace") if values else ""


class WireResponse(web.StreamResponse):
    """An answer as a response of aiohttp, which only says when it is due: the bytes are those of ``answer.wire``."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(status=answer.status)
        self._answer = answer
        self._to: BaseRequest | None = None

    async def prepare(self, request: BaseRequest) -> AbstractStreamWriter | None:
        """Remember for which request; nothing is written yet."""
        self._to = request
        if self._keep_alive is None:
            self._keep_alive = request.keep_alive
        return None

    async def write_eof(self, data: Any = b"") -> None:
        """Write head and body at once."""
        request = self._to
        assert request is not None  # noqa: S101  aiohttp prepares first
        old = request.version == HttpVersion10
        connection = ("keep-alive" if old else "") if self._keep_alive else ("" if old else "close")
        version, with_body = ("1.0" if old else "1.1"), request.method != "HEAD"
        if request.transport is None or request.transport.is_closing():
            return
        request.transport.write(whole(self._answer, version=version, connection=connection, with_body=with_body))
        await request.writer.drain()  # a client that takes no answers gets no more
