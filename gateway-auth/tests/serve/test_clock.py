"""Only a clock that is set back is a step back."""

import time

import pytest

from gateway_auth.serve.worker import StepsBack


@pytest.mark.parametrize(
    ("wall", "passed", "seen"),
    [
        (10.0, 10.0, False),
        (10_000.0, 10.0, False),
        (9.0, 10.0, False),
        (7.0, 10.0, True),
        (-3600.0, 0.5, True),
    ],
    ids=["as time goes by", "set forward", "a second slow", "three seconds back", "an hour back"],
)
def test_a_step_back_is_seen_once(monkeypatch, wall, passed, seen):
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now)
    monkeypatch.setattr(time, "monotonic", lambda: 0.0)
    steps = StepsBack()
    monkeypatch.setattr(time, "time", lambda: now + wall)
    monkeypatch.setattr(time, "monotonic", lambda: passed)
    assert (steps.take(), steps.take()) == (seen, False)
