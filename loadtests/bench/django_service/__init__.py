"""A small Django service, served twice: with the identity from the edge, and verifying each token itself."""
