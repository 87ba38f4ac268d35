"""Benchmarks of the gateway: `make bench`. Results are ratios within one run, interleaved and repeated (README.md)."""
