"""The root session: what crosses parts, and every part's own session beside it (tests/plugin/parts.py)."""

pytest_plugins = ["parts"]
