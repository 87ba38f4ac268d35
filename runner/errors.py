"""Errors of the runner. Each message is for the user: what happened, and what to do."""


class RunnerError(Exception):
    """The platform cannot start or continue. The message says why and what to do."""


class AlreadyRunning(RunnerError):
    """Another runner uses this state folder."""


class CannotStart(RunnerError):
    """A process did not become ready. ``log`` contains its last lines."""

    def __init__(self, message: str, *, log: str = "", advice: str = "") -> None:
        super().__init__(message)
        self.log = log
        self.advice = advice


class Stopped(RunnerError):
    """A user or program stopped the platform while it was starting."""


def first_failure(group: ExceptionGroup[Exception]) -> Exception:
    """Return the first of several failures, the one to show."""
    first = group.exceptions[0]
    return first_failure(first) if isinstance(first, ExceptionGroup) else first
