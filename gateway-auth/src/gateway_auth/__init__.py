"""Edge authentication: each request's credential is validated once, here, and becomes a verified identity.

A request comes in through ``serve/connection.py``. Repeats are answered from ``serve/repeats.py``. Everything else is
decided by the steps in ``decision/steps.py``, which run once and fill in one ``Decision``. In this order: ``headers``,
``rule``, ``request``, ``credential``, ``cross-site``, ``token form``, ``issuer``, ``token type``, ``key``,
``signature``, ``claims``, ``revocation``, ``roles``, ``identity``.

``answer/`` turns the decision into an answer, ``serve/record.py`` counts and logs it, and ``explain/`` shows it.
"""
