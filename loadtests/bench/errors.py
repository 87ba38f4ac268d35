"""Errors of the benchmarks."""


class BenchmarkError(Exception):
    """A benchmark can't produce a result. The message says what is missing or wrong, and what to do."""
