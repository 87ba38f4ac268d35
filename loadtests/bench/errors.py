"""Why a benchmark cannot give a figure."""


class BenchmarkError(Exception):
    """The message says what is missing or wrong, and what to do, for the person at the terminal."""
