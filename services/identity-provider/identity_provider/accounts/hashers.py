"""Password hashers."""

from django.contrib.auth.hashers import Argon2PasswordHasher


class Argon2(Argon2PasswordHasher):
    """Argon2id at the cost that OWASP's Password Storage Cheat Sheet requires: 19 MiB, two passes, one lane.

    With Django's own cost (100 MiB, eight lanes), eight concurrent sign-ins would use 800 MiB.
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
"""``PASSWORD_HASHERS``. The first creates new hashes. The others are Django's, so that imported user tables work; a
user's next sign-in replaces such a hash. MD5 is excluded: a stolen MD5 hash is as useful as the password.
"""
