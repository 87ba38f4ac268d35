"""Edge identity for Django: ``request.user`` from the gateway's signed headers, without a database query.

Public modules: ``middleware``, ``users``, ``authentication``, ``permissions``, ``problems``, ``pagination``, ``urls``,
``settings``, ``readiness``, ``testing`` and ``gunicorn_conf``. The others are private.
"""
