"""Platforms of this clone with another VF_PORT_BASE, for the messages of commands that found none running."""

from .instance import Instance
from .settings import Settings


def with_others(settings: Settings, message: str) -> str:
    """Return the message, followed by a line for each running platform in another folder of ``.run``."""
    folder = settings.root / ".run"
    lines = [message]
    if settings.state_dir != folder and Instance(folder).is_running():
        lines.append("A platform runs without VF_PORT_BASE.")
    for found in sorted(folder.glob("*/runner.lock")):
        base = found.parent.name
        if base.isdecimal() and found.parent != settings.state_dir and Instance(found.parent).is_running():
            lines.append(f"A platform runs with VF_PORT_BASE={base}.")
    return "\n".join(lines)
