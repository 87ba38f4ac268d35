"""Hostile requests for a gateway: the tables that `tests/security` and `make attack` share (docs/attack-suite.md)."""
