"""A steady load of requests next to a test, each response recorded with its time."""

import threading
import time
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

from tests.security.attack.situation import Situation
from tests.security.attack.wire import exchange


@dataclass
class Load:
    """A context manager. Afterwards, ``answers`` contains times (monotonic) and statuses, 0 for no response."""

    situation: Situation
    threads: int = 3
    pause: float = 0.01
    answers: list[tuple[float, int, float]] = field(default_factory=list)
    _done: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> Self:
        self._workers = [threading.Thread(target=self._work, daemon=True) for _ in range(self.threads)]
        for worker in self._workers:
            worker.start()
        time.sleep(0.2)
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self._done.set()
        for worker in self._workers:
            worker.join(40)

    def statuses(self, *, since: float = 0.0) -> list[int]:
        """Return the statuses of the requests that were sent after ``since``."""
        return [status for sent, status, _ in self.answers if sent >= since]

    def _work(self) -> None:
        s = self.situation
        lines = [s.bearer] if s.account else []
        while not self._done.wait(self.pause):
            sent = time.monotonic()
            try:
                reply = exchange(s.endpoint, s.request(*lines))
            except OSError:
                self.answers.append((sent, 0, 0.0))
            else:
                self.answers.append((sent, reply.status, reply.seconds))
