#!/usr/bin/env python
"""Django's command line for the website."""

from vf_service.command_line import execute

if __name__ == "__main__":
    execute("website.settings", part="website")
