"""Lints a Traefik configuration for what would let a request past gateway-auth. Public is the command ``vf-lint``."""
