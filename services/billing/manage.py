#!/usr/bin/env python
"""Django's command line for billing."""

from vf_service.command_line import execute

if __name__ == "__main__":
    execute("billing.settings", part="billing")
