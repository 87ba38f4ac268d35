"""The table of endpoints in docs/identity-provider-api.md, made from :mod:`.endpoints`."""

from .endpoints import OPERATOR, PUBLIC, REFRESH_COOKIE, SIGNED_IN, described

BEGIN = "<!-- endpoints: made by manage.py write_endpoints -->"
END = "<!-- end of endpoints -->"

_ACCESS = {PUBLIC: "anyone", SIGNED_IN: "signed-in users", REFRESH_COOKIE: "refresh cookie", OPERATOR: "operators"}


def renewed(page: str) -> str:
    """Return ``page`` with the current table between the markers. Raises :class:`ValueError` if a marker is missing."""
    before, begin, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not (begin and end):
        raise ValueError(f"the page must contain {BEGIN!r}, and {END!r} below it")
    return f"{before}{BEGIN}\n\n{table()}\n\n{END}{after}"


def table() -> str:
    """Return the table as Markdown."""
    rows = [
        f"| `{one['method']} {one['path']}` | {_ACCESS[one['authentication']]} | {_cell(one['description'])} | "
        f"{_cell(one['returns'])} |"
        for one in described()
    ]
    return "\n".join(("| request | for | description | returns |", "| --- | --- | --- | --- |", *rows))


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
