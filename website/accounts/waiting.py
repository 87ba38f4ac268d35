"""How long to wait, in words."""

from math import ceil


def duration(seconds: int) -> str:
    """Return a time to wait in the unit people use, rounded up: seconds below two minutes, then minutes.

    ``static/js/ui/format.js`` says the same for problems that a script gets.
    """
    if seconds < 120:
        return f"{seconds} second" + ("" if seconds == 1 else "s")
    return f"{ceil(seconds / 60)} minutes"
