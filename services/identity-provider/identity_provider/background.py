"""Loops that run in the relay's process, each in a thread of its own, so that a slow one delays no revocation."""

import threading
from collections.abc import Callable

Loop = Callable[[threading.Event], None]

_loops: dict[str, Loop] = {}


def beside_the_relay(name: str, loop: Loop) -> None:
    """Run ``loop`` beside the relay. It returns soon after the event is set."""
    _loops[name] = loop


def start_all(stopping: threading.Event) -> list[threading.Thread]:
    """Start every loop."""
    threads = [threading.Thread(target=loop, args=(stopping,), name=name) for name, loop in _loops.items()]
    for thread in threads:
        thread.start()
    return threads
