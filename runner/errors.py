"""What can stop the platform. Each message is for a person: what happened, and what to do."""


class RunnerError(Exception):
    """The platform cannot start or go on; the message says why and what to do."""


class AlreadyRunning(RunnerError):
    """Another runner holds this state folder."""


class CannotStart(RunnerError):
    """A process did not become ready. ``log`` holds its last lines."""

    def __init__(self, message: str, *, log: str = "", advice: str = "") -> None:
        super().__init__(message)
        self.log = log
        self.advice = advice


class Stopped(RunnerError):
    """A person or program asked the platform to stop while it was starting."""


def first_failure(group: ExceptionGroup[Exception]) -> Exception:
    """Of several processes that failed together, the first one's reason is the one to show."""
    first = group.exceptions[0]
    return first_failure(first) if isinstance(first, ExceptionGroup) else first
