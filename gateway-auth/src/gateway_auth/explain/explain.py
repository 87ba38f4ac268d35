"""Decides as the gateway does, and shows the decision step by step."""

from vf_edge.identity_headers import USER_ASSERTION, USER_EMAIL
from vf_edge.rule import VERIFY_PATH

from ..answer.answers import answer_to
from ..decision.decision import Decision, Outcome
from ..decision.steps import STEPS, decide
from ..request.asked import Asked
from .advice import advice
from .explanation import Explanation, Step, StepOutcome
from .request_head import Question
from .shown import SHOWN, reason_of
from .situation import Situation

REQUEST_ID = "explain"
_NAMES = [name for name, _ in STEPS]


async def explain(situation: Situation, question: Question, query: str) -> Explanation:
    """Learn what the decision rests on, decide, and say what it says."""
    decision = await _decide(situation, Asked("GET", VERIFY_PATH, query, question.lines))
    answer = answer_to(decision, REQUEST_ID, situation.parts.sign_in)
    denied = decision.outcome is Outcome.DENIED and decision.denial is not None
    return Explanation(
        subject=question.subject,
        rule=query,
        steps=tuple(_shown(decision, situation, name) for name in SHOWN),
        outcome=_outcome(decision, answer.status),
        status=answer.status,
        code=decision.denial.code if denied and decision.denial is not None else "",
        reason="" if decision.denial is None else str(decision.denial),
        headers={name: _header_shown(name, value) for name, value in answer.headers.items()},
    )


async def _decide(situation: Situation, asked: Asked) -> Decision:
    """Decide, and again with what each step that was reached looks at: one that is never reached costs no fetch."""

    def decided() -> Decision:
        return decide(asked, situation.parts.basis, situation.now, last_try=True)

    decision = decided()
    credential = decision.found("credential")
    if credential is not None and credential.from_cookie and decision.request.origin is not None:
        await situation.learn_origins()
        decision = decided()
    if _reached(decision, "key"):
        await decision.issuer.source.learn()
        decision = decided()
    if _reached(decision, "revocation"):
        await situation.learn_revocations()
        decision = decided()
    return decision


def _reached(decision: Decision, name: str) -> bool:
    return _NAMES.index(decision.step) >= _NAMES.index(name)


def _outcome(decision: Decision, status: int) -> str:
    if decision.allowed:
        return "allowed" if decision.who else "anonymous"
    return "redirected" if status == 302 else "denied"


def _shown(decision: Decision, situation: Situation, name: str) -> Step:
    end, here = _NAMES.index(decision.step), _NAMES.index(name)
    if here > end:
        none = decision.outcome is Outcome.ANONYMOUS
        ended = "does not apply: no credential" if none else f"not reached: {decision.step} failed"
        return Step(name, StepOutcome.SKIPPED, ended)
    shown = SHOWN[name]
    if here == end and decision.refusal is not None:
        reason = reason_of(decision, situation.settings.cookie_names)
        details = shown.details(decision, situation)
        return Step(name, StepOutcome.FAILED, reason, details, advice(decision, situation))
    said = shown.passed(decision, situation)
    outcome = StepOutcome.PASSED if said.applies else StepOutcome.SKIPPED
    return Step(name, outcome, said.reason, shown.details(decision, situation))


def _header_shown(name: str, value: str) -> str:
    """Without the assertion, the e-mail address, and the query of a page, which may hold a secret."""
    if name in (USER_ASSERTION, USER_EMAIL):
        return "(not shown)" if value else value
    return f"{value.partition('%3F')[0]}%3F…" if name == "Location" and "%3F" in value else value
