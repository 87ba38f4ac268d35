"""Linter for Traefik configurations that bypass or weaken gateway-auth. Only the command ``vf-lint`` is public."""
