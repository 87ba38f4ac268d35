"""Django's command line for the identity provider."""

import os
import sys

from django.core.management import execute_from_command_line
from identity_provider import audit

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "identity_provider.settings")
    with audit.acting(audit.command(sys.argv)):
        execute_from_command_line(sys.argv)
