"""``python -m deploy.prepare``, the first command of docker-compose.yml."""

import sys

from .containers import main

if __name__ == "__main__":
    sys.exit(main())
