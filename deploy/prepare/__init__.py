"""Creation of what an installation needs before its components start: keys, secrets, certificates, accounts, Traefik's
static file.

The local runner calls this at start. The container ``init`` of docker-compose.yml runs ``python -m deploy.prepare``.
"""
