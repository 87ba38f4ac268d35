"""The attack suite: tables of requests for `tests/security` and `make attack` (docs/attack-suite.md)."""
