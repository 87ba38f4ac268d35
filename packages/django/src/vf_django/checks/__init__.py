"""System checks for what breaks edge trust, tagged ``security``.

``manage.py check`` runs those about the code; ``manage.py check --deploy`` adds those about a deployment. Their ids
are in README.md, each with what to do.
"""

from . import deployment, identity, views

__all__ = ["deployment", "identity", "views"]
