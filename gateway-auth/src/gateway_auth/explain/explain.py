"""Decides as the gateway does, and describes the decision step by step."""

from typing import Any

from vf_edge.identity_headers import USER_ASSERTION, USER_EMAIL
from vf_edge.rule import VERIFY_PATH

from ..answer.answers import answer_to
from ..decision.decision import Decision, Outcome
from ..decision.steps import STEPS, decide
from ..request.lines import Asked
from .advice import advice
from .request_head import Question
from .shown import SHOWN, Skipped, reason_of
from .situation import Situation

REQUEST_ID = "explain"
_NAMES = [name for name, _ in STEPS]

Explanation = dict[str, Any]
"""The document that ``--json`` prints. ``report.py`` prints the same as text."""


async def explain(situation: Situation, question: Question, query: str) -> Explanation:
    """Read what the decision rests on, decide, and describe the decision."""
    decision = await _decide(situation, Asked("GET", VERIFY_PATH, query, question.lines))
    answer = answer_to(decision, REQUEST_ID, situation.parts.sign_in)
    denial = decision.denial
    return {
        "subject": question.subject,
        "rule": query,
        "steps": [_step(decision, situation, name) for name in SHOWN],
        "allowed": decision.allowed,
        "outcome": _outcome(decision, answer.status),
        "status": answer.status,
        "code": denial.code if denial is not None and not decision.allowed else "",
        "reason": "" if denial is None else str(denial),
        "headers": {name: _header_shown(name, value) for name, value in answer.headers.items()},
    }


async def _decide(situation: Situation, asked: Asked) -> Decision:
    """Decide, then read what the reached steps look at and decide again. Steps that are not reached fetch nothing."""

    def decided() -> Decision:
        return decide(asked, situation.parts.basis, situation.now, last_try=True)

    decision = decided()
    if decision.from_cookie and decision.request.origin is not None:
        await situation.learn_origins()
        decision = decided()
    if _is_reached(decision, "key"):
        await decision.issuer.source.learn()
        decision = decided()
    if _is_reached(decision, "revocation"):
        await situation.learn_revocations()
        decision = decided()
    return decision


def _is_reached(decision: Decision, name: str) -> bool:
    return _NAMES.index(decision.step) >= _NAMES.index(name)


def _outcome(decision: Decision, status: int) -> str:
    if decision.allowed:
        return "allowed" if decision.who else "anonymous"
    return "redirected" if status == 302 else "denied"


def _step(decision: Decision, situation: Situation, name: str) -> dict[str, Any]:
    """One step of the explanation. Its outcome is ``passed``, ``failed``, or ``skipped`` if it does not apply."""
    if not _is_reached(decision, name):
        none = decision.outcome is Outcome.ANONYMOUS
        words = "does not apply: no credential" if none else f"not reached: {decision.step} failed"
        return {"step": name, "outcome": "skipped", "reason": words}
    shown = SHOWN[name]
    if name == decision.step and decision.refusal is not None:
        outcome, words = "failed", reason_of(decision, situation.settings.cookie_names)
        hint = advice(decision, situation)
    else:
        words, hint = shown.passed(decision, situation), ""
        outcome = "skipped" if isinstance(words, Skipped) else "passed"
    step: dict[str, Any] = {"step": name, "outcome": outcome, "reason": words}
    if details := shown.details(decision, situation):
        step["details"] = details
    return step | {"advice": hint} if hint else step


def _header_shown(name: str, value: str) -> str:
    """Without the assertion, the email address, and the query of a page, which may contain a secret."""
    if name in (USER_ASSERTION, USER_EMAIL):
        return "(not shown)" if value else value
    return f"{value.partition('%3F')[0]}%3F…" if name == "Location" and "%3F" in value else value
