"""What the platform's own Django services share: settings, server, lists, folded text, demo data, command line."""
