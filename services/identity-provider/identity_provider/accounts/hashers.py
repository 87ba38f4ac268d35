"""How passwords are stored."""

from django.contrib.auth.hashers import Argon2PasswordHasher


class Argon2(Argon2PasswordHasher):
    """Argon2id at the cost that OWASP's Password Storage Cheat Sheet asks for: 19 MiB, two passes, one lane.

    Django's own cost (100 MiB, eight lanes) would let eight sign-ins at once take 800 MiB.
    """

    time_cost = 2
    memory_cost = 19_456
    parallelism = 1
