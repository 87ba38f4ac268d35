"""``python -m deploy.prepare``: what docker-compose.yml runs first of all."""

import sys

from .containers import main

if __name__ == "__main__":
    sys.exit(main())
