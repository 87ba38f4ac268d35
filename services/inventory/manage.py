#!/usr/bin/env python
"""Django's command line for inventory."""

from vf_django.command_line import execute

if __name__ == "__main__":
    execute("inventory.settings", part="inventory")
