"""The server of a Django service under gunicorn: threads get complete requests and never wait for a client
(docs/adr/0008).

``worker`` is gunicorn's worker class, ``server`` waitress's loop with limits, ``channel`` one connection, ``refusals``
the responses that the server itself sends.
"""
