"""Users for a single test, created with the identity provider's commands next to the running platform."""

import json
import secrets
import sqlite3
import subprocess
import sys
from collections.abc import Iterable

import httpx

from runner import Platform
from runner.processes import ProcessPlan
from tests.edge_client import EdgeClient

_AT_ONCE = 12
_CREATE = """
import json, sys
from identity_provider.accounts.models import User
from identity_provider.accounts.services import create_user
for name, password in json.load(sys.stdin).items():
    if not User.objects.filter(username=name).exists():
        create_user(username=name, email=name + "@example.test", password=password, roles=["customer"])
"""


class Accounts:
    """Creates and deactivates accounts, and signs in. Passwords are kept for :meth:`sign_in`."""

    def __init__(self, platform: Platform) -> None:
        settings = platform.settings
        plan = ProcessPlan(settings, settings.credentials(), settings.certificates())
        self._environment = plan.database_environment("identity-provider")
        self._folder = plan.part_folder("identity-provider")
        self._database = settings.state_dir / "databases" / "identity-provider.sqlite3"
        self.passwords: dict[str, str] = {}
        self._unused: list[str] = []

    def create(self) -> str:
        """Return the name of an unused user. A dozen are created at a time, because each command takes seconds."""
        if not self._unused:
            self._unused = [f"mallory-{secrets.token_hex(4)}" for _ in range(_AT_ONCE)]
            self.passwords.update((name, secrets.token_urlsafe(12)) for name in self._unused)
            self._manage("shell", "--no-imports", "-c", _CREATE, typed=json.dumps(self.passwords))
        return self._unused.pop()

    def create_with_roles(self, name: str, roles: Iterable[str]) -> None:
        """Create a user with the command. Raises :class:`subprocess.CalledProcessError` if it fails."""
        self.passwords[name] = secrets.token_urlsafe(12)
        options = [f"--role={role}" for role in roles]
        self._manage("create_user", name, f"{name}@example.test", *options, typed=self.passwords[name])

    def deactivate(self, name: str) -> None:
        self._manage("set_user", name, "--deactivate")

    def sign_in(self, client: EdgeClient, name: str, **more: object) -> httpx.Response:
        return client.post("/api/auth/login/", json={"username": name, "password": self.passwords[name], **more})

    def age_rotated_tokens(self, name: str) -> None:
        """Change the database as if the grace period of this user's rotated refresh tokens had passed."""
        statement = (
            "UPDATE signin_refreshtoken SET rotated_at = datetime(rotated_at, '-1 minute') "
            "WHERE rotated_at IS NOT NULL AND session_id IN "
            "(SELECT s.id FROM signin_session s JOIN accounts_user u ON u.id = s.user_id WHERE u.username = ?)"
        )
        with sqlite3.connect(self._database, timeout=20) as database:
            assert database.execute(statement, (name,)).rowcount == 1
        database.close()

    def _manage(self, *arguments: str, typed: str = "") -> None:
        command = [sys.executable, "manage.py", *arguments]
        subprocess.run(
            command, cwd=self._folder, env=self._environment, input=typed + "\n", text=True, check=True,
            capture_output=True,
        )  # fmt: skip
