"""A small Django service in two variants: with the identity from the gateway, and with its own token verification."""
