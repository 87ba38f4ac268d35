"""How passwords are stored."""

from django.contrib.auth.hashers import Argon2PasswordHasher


class Argon2(Argon2PasswordHasher):
    """Argon2id at the cost that OWASP's Password Storage Cheat Sheet asks for: 19 MiB, two passes, one lane.

    Django's own cost (100 MiB, eight lanes) would let eight sign-ins at once take 800 MiB.
    """

    time_cost = 2
    memory_cost = 19_456
    parallelism = 1


ACCEPTED = [
    f"{Argon2.__module__}.{Argon2.__qualname__}",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2SHA1PasswordHasher",
    "django.contrib.auth.hashers.BCryptSHA256PasswordHasher",
    "django.contrib.auth.hashers.BCryptPasswordHasher",
    "django.contrib.auth.hashers.ScryptPasswordHasher",
]
"""``PASSWORD_HASHERS``: the first makes the hashes. The others are Django's, so that an imported user table works. A
hash of theirs is replaced at its user's next sign-in. MD5 isn't one: a stolen hash is as good as the password."""
