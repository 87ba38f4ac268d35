"""``gateway-auth check``: its own settings, and a Traefik configuration, read for what breaks the edge's promises."""
