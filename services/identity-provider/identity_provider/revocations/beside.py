"""Work of other packages in the relay's process, which revocations don't know."""

import threading
from collections.abc import Callable

workers: list[Callable[[threading.Event], None]] = []
"""Functions that run until the event is set, each in a thread of its own. An app adds its function when it is ready."""


def start(stopping: threading.Event) -> list[threading.Thread]:
    """Start all workers."""
    threads = [threading.Thread(target=worker, args=(stopping,), daemon=True) for worker in workers]
    for thread in threads:
        thread.start()
    return threads
