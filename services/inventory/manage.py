#!/usr/bin/env python
"""Django's command line for inventory."""

from vf_service.command_line import execute

if __name__ == "__main__":
    execute("inventory.settings", part="inventory")
