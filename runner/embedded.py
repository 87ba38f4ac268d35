"""The platform inside another program: an event loop in a thread beside it."""

import asyncio
import threading
from collections.abc import Callable, Coroutine
from typing import Any

from .errors import Stopped


class PlatformThread(threading.Thread):
    """An event loop beside the program that uses the platform.

    Its children end when the thread that started them does (see child.py), so it lives as long as they do.
    """

    def __init__(self, run: Callable[[asyncio.Event], Coroutine[Any, Any, None]]) -> None:
        super().__init__(name="vf-platform", daemon=True)
        self._run = run
        self._settled = threading.Event()
        self._failure: BaseException | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._task: asyncio.Task[Any] | None = None

    def start_and_wait(self) -> None:
        """Return when all is ready; raise what kept it from that."""
        self.start()
        self._settled.wait()
        if self._failure:
            self.join()
            raise self._failure

    def stop(self) -> None:
        """Stop the platform and wait until nothing of it is left."""
        if self._loop and self._task and self.is_alive():
            self._loop.call_soon_threadsafe(self._task.cancel)
        self.join()

    def run(self) -> None:
        """The thread's body."""
        try:
            asyncio.run(self._main())
        except asyncio.CancelledError:
            self._failure = Stopped("the platform was stopped")
        except BaseException as failure:  # told to the thread that waits
            self._failure = failure
        finally:
            self._settled.set()

    async def _main(self) -> None:
        self._loop = asyncio.get_running_loop()
        all_ready = asyncio.Event()
        self._task = asyncio.create_task(self._run(all_ready))
        waiting = asyncio.create_task(all_ready.wait())
        await asyncio.wait([self._task, waiting], return_when=asyncio.FIRST_COMPLETED)
        waiting.cancel()
        if all_ready.is_set():
            self._settled.set()
        await self._task
