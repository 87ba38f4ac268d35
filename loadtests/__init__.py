"""Load tests of the platform: `make load` with simulated users, `make bench` for the gateway alone (README.md)."""
