"""How gunicorn serves a Django service: threads get whole requests and never wait for a client (docs/adr/0008).

``worker`` is gunicorn's worker class, ``server`` waitress's loop with bounds, ``channel`` one connection,
``refusals`` the responses that no application gives.
"""
