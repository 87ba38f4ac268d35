"""System checks for configurations that break edge trust, tagged ``security``.

``manage.py check`` checks the code; ``manage.py check --deploy`` also checks the deployment. README.md lists the check
IDs and what to do.
"""

from . import deployment, identity, views

__all__ = ["deployment", "identity", "views"]
