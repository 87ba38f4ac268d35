"""``manage.py relay_revocations`` keeps the gateway's revocation data complete, and sends emails."""

import signal
from typing import Any

from django.core.management.base import BaseCommand

from identity_provider.revocations import beside
from identity_provider.revocations.publisher import revocation_stream
from identity_provider.revocations.relay import Relay


class Command(BaseCommand):
    """A command that runs until SIGTERM or SIGINT."""

    help = "Publish revocations that Redis lacks, and all of them after Redis has lost its data. Send emails."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the relay; finish the current round on a signal."""
        relay = Relay(revocation_stream())
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: relay.stopping.set())
        threads = beside.start(relay.stopping)
        relay.run()
        for thread in threads:
            thread.join()
