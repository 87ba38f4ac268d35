"""gunicorn as a team sets it up that takes only the library."""

forwarder_headers = ""
header_map = "drop"
