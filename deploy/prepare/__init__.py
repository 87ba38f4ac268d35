"""What an installation needs before its parts start: keys, secrets, certificates, accounts, Traefik's static file.

The local runner calls it on the way up, the container ``init`` of docker-compose.yml runs ``python -m deploy.prepare``.
"""
