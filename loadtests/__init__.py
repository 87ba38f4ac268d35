"""Load on the platform: `make load` with simulated people, `make bench` for the edge alone (README.md)."""
