"""The platform inside another program: an event loop in a separate thread."""

import asyncio
import threading
from collections.abc import Callable, Coroutine
from typing import Any

from .errors import Stopped


class PlatformThread(threading.Thread):
    """An event loop next to the program that uses the platform.

    Child processes end with the thread that started them (see child.py), so this thread lives as long as they do.
    """

    def __init__(self, run: Callable[[asyncio.Event], Coroutine[Any, Any, None]]) -> None:
        super().__init__(name="vf-platform", daemon=True)
        self._run = run
        self._settled = threading.Event()
        self._failure: BaseException | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._task: asyncio.Task[Any] | None = None

    def start_and_wait(self) -> None:
        """Return when everything is ready; raise the error that prevented it."""
        self.start()
        self._settled.wait()
        if self._failure:
            self.join()
            raise self._failure

    def stop(self) -> None:
        """Stop the platform and wait until all its processes have ended."""
        if self._loop and self._task and self.is_alive():
            self._loop.call_soon_threadsafe(self._task.cancel)
        self.join()

    def run(self) -> None:
        """Run the event loop."""
        try:
            asyncio.run(self._main())
        except asyncio.CancelledError:
            self._failure = Stopped("the platform was stopped")
        except BaseException as failure:  # raised in the waiting thread
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
