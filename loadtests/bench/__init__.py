"""Benchmarks of the edge: `make bench`. Always ratios within one run, interleaved and repeated (README.md)."""
