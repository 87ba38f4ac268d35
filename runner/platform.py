"""The whole platform as one object, run by `make up` and by the tests."""

import asyncio
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Self

from .databases import Database
from .embedded import PlatformThread
from .errors import RunnerError, first_failure
from .events import Event, Listener, State
from .handing_on import not_handed_on
from .instance import READY, STOPPING, Instance
from .log_files import last_lines
from .processes import ProcessPlan, parts_with_database
from .settings import Ports, Settings
from .supervisor import Supervisor
from .traefik_config import local_static_configuration


class Platform:
    """Setup, start, supervision and stop of all processes.

    In a program: ``with Platform(ports=Ports.free(), state_dir=folder) as platform: ...``; inside the block, the
    platform is ready.
    """

    def __init__(
        self,
        settings: Settings | None = None,
        *,
        ports: Ports | None = None,
        state_dir: Path | None = None,
        env: Mapping[str, str] | None = None,
        tell: Listener = lambda event: None,
        progress: Callable[[str], None] = lambda line: None,
        on_ready: Callable[[], None] = lambda: None,
    ) -> None:
        self.settings = settings or Settings.from_environment(env, ports=ports, state_dir=state_dir)
        self._credentials = self.settings.credentials()
        self.certificates = self.settings.certificates()
        self._tell = tell
        self._progress = progress
        self._on_ready = on_ready
        self._instance = Instance(self.settings.state_dir)
        self._supervisor: Supervisor | None = None
        self._last: dict[str, Event] = {}
        self._thread: PlatformThread | None = None

    async def run(self, all_ready: asyncio.Event) -> None:
        """Set everything up and start it, set ``all_ready``, and run until canceled.

        Raises :class:`RunnerError`. No process is left running in any case.
        """
        with self._instance.hold():
            self._refuse_busy_ports()
            self._prepare_files()
            plan = ProcessPlan(self.settings, self._credentials, self.certificates)
            processes = plan.all()
            for line in not_handed_on(
                self.settings.variables, (process.environment for process in processes), self.settings.services
            ):
                self._progress(line)
            await self._prepare_databases(plan)
            self._supervisor = Supervisor(processes, self.settings.log_dir, self._note)
            announcing = asyncio.create_task(self._announce(all_ready))
            try:
                await self._supervisor.run(all_ready)
            finally:
                announcing.cancel()

    def stopping(self) -> None:
        """Show other commands that this platform is stopping."""
        self._instance.enter(STOPPING)

    def kill_all(self) -> None:
        """Kill every process at once, after a second Ctrl-C."""
        if self._supervisor:
            self._supervisor.kill_all()

    def pid(self, process: str) -> int:
        """Return the process's current ID."""
        return self._last[process].pid

    def last_event(self, process: str) -> Event:
        """Return a process's last event."""
        return self._last[process]

    def log(self, process: str, lines: int = 100) -> str:
        """Return the end of a process's log."""
        return last_lines(self.settings.log_dir / f"{process}.log", lines)

    def url(self, path: str = "/", *, subdomain: str = "", secure: bool = False) -> str:
        """Return a public URL for browsers."""
        return self.settings.public_url(path, subdomain=subdomain, secure=secure)

    def __enter__(self) -> Self:
        self._thread = PlatformThread(self.run)
        self._thread.start_and_wait()
        return self

    def __exit__(self, *_: object) -> None:
        if self._thread:
            self._thread.stop()

    def _refuse_busy_ports(self) -> None:
        busy = self.settings.ports.busy()
        if busy:
            lines = [f"Port {port} is already in use. Set {name} to a free port." for name, port in busy]
            lines.append("To move all ports, set VF_PORT_BASE, for example: VF_PORT_BASE=9000 make up")
            raise RunnerError("\n".join(lines))

    def _prepare_files(self) -> None:
        settings = self.settings
        shutil.rmtree(settings.state_dir / "tmp", ignore_errors=True)
        for folder in ("log", "databases", "valkey", "tmp"):
            (settings.state_dir / folder).mkdir(parents=True, exist_ok=True, mode=0o700)
        made = [self._credentials.create(), self.certificates.create()]
        if any(made):
            self._progress("keys, secrets and a local certificate authority created")
        configuration = local_static_configuration(settings)
        (settings.state_dir / "traefik.yml").write_text(configuration, encoding="utf-8")

    async def _prepare_databases(self, plan: ProcessPlan) -> None:
        state_dir = self.settings.state_dir
        without_demo_data = {service.name for service in self.settings.services if not service.demo_data}
        databases = [
            Database(
                part,
                plan.part_folder(part),
                plan.database_environment(part),
                state_dir,
                demo_data=part not in without_demo_data,
            )
            for part in parts_with_database(self.settings)
        ]
        stale = [database for database in databases if not database.is_current()]
        if not stale:
            return
        self._progress(f"databases and demo data: {', '.join(database.part for database in stale)}")
        try:
            async with asyncio.TaskGroup() as group:
                for database in stale:
                    group.create_task(database.prepare())
        except ExceptionGroup as failures:
            raise first_failure(failures) from None

    async def _announce(self, all_ready: asyncio.Event) -> None:
        await all_ready.wait()
        self._on_ready()
        self._instance.enter(READY, addresses=[self.url(), self.url(secure=True)])

    def _note(self, event: Event) -> None:
        self._last[event.process] = event
        if event.state is not State.STOPPED:
            self._instance.note(event)
        self._tell(event)
