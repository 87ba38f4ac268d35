"""How long to wait, in words."""

from math import ceil

from django.utils.translation import ngettext


def duration(seconds: int) -> str:
    """Return a time to wait in the unit people use, rounded up: seconds below two minutes, then minutes.

    ``static/js/ui/format.js`` says the same for problems that a script gets.
    """
    if seconds < 120:
        return ngettext("%(count)d second", "%(count)d seconds", seconds) % {"count": seconds}
    minutes = ceil(seconds / 60)
    return ngettext("%(count)d minute", "%(count)d minutes", minutes) % {"count": minutes}
