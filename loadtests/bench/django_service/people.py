"""Fills the service's database: ``python -m loadtests.bench.django_service.people <count>``."""

import os
import sys

import django


def main(count: int) -> None:
    """Create the tables and ``count`` users."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "loadtests.bench.django_service.settings")
    django.setup()
    from django.contrib.auth.models import User
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    User.objects.bulk_create(
        User(username=f"person{number}", email=f"person{number}@example.test") for number in range(count)
    )


if __name__ == "__main__":
    main(int(sys.argv[1]))
