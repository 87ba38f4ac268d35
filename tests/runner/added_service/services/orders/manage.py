#!/usr/bin/env python
"""Django's command line for orders."""

from vf_service.command_line import execute

if __name__ == "__main__":
    execute("orders.settings", part="orders")
