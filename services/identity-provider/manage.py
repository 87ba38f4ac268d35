"""Django's command line for the identity provider."""

import sys

from identity_provider import audit

from vf_service.command_line import execute

if __name__ == "__main__":
    with audit.acting(audit.command(sys.argv)):
        execute("identity_provider.settings", part="identity-provider")
