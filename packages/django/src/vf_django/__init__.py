"""Edge identity for Django: ``request.user`` from the gateway's signed headers, without a database query.

Public modules: ``wsgi``, ``asgi``, ``middleware``, ``users``, ``authentication``, ``permissions``, ``parsers``,
``problems``, ``urls``, ``readiness`` and ``testing``. The others are private.
"""
