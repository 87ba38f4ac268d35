"""Answers requests: a plain one at once, any other one through aiohttp. Both decide, answer and record alike."""

import asyncio
import time

import structlog
from aiohttp import web
from aiohttp.web_request import BaseRequest

from ..answer.answers import Answer, answer_to, broken
from ..answer.request_ids import RequestIds
from ..answer.sign_in import SignInAddress
from ..answer.wire import whole
from ..decision.decision import Basis, Decision, Outcome
from ..decision.steps import decide
from ..denials import CannotDecide
from ..request.asked import Asked
from ..request.plain_head import read_plain_head
from . import metrics
from .record import record_allowed, record_denied
from .repeats import VerdictCache
from .wire_response import WireResponse

DEADLINE_SECONDS = 5.0
"""Far below the 30 s after which Traefik gives up on us (docs/failure-modes.md)."""

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
            record_allowed(decision, self._ids.id_of(end))
        else:
            answer = whole(self._answer(decision, self._ids.next()), with_body=asked.method != "HEAD")
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
        """The answer to a fault of ours: closed."""
        log.error("decision_failed", exc_info=error)
        return self.refuse(500, "internal_error", "The gateway couldn't check the request, so it was rejected.")

    def refuse(self, status: int, code: str, detail: str) -> Answer:
        """The answer to what was not decided."""
        metrics.DECISIONS.labels("denied", code).inc()
        return broken(status, code, detail, self._ids.next())

    def _answer(self, decision: Decision, request_id: str) -> Answer:
        answer = answer_to(decision, request_id, self._sign_in)
        if decision.allowed:
            record_allowed(decision, request_id)
        else:
            record_denied(decision, answer, request_id)
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
