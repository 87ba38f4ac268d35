"""The page that a person gets where a program gets problem details. Nothing of the request is in it but its id."""

from html import escape
from string import Template

CONTENT_SECURITY_POLICY = "default-src 'none'; style-src 'unsafe-inline'"

_PAGE = Template("""<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <meta name="color-scheme" content="light dark">
  <title>$title</title>
  <style>
    body { font: 1.125rem/1.5 system-ui, sans-serif; max-width: 34rem; margin: 15vh auto 0; padding: 0 1.5rem }
    code { overflow-wrap: anywhere }
  </style>
</head>
<body>
  <main>
    <h1>$title</h1>
    <p>$detail</p>
    <p><a href="">Try again</a></p>
    <p>Request ID: <code>$request_id</code></p>
  </main>
</body>
</html>
""")


def page(title: str, detail: str, request_id: str) -> str:
    """A whole HTML document that loads nothing."""
    return _PAGE.substitute(title=escape(title), detail=escape(detail), request_id=escape(request_id))
