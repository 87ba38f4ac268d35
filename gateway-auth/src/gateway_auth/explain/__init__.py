"""``gateway-auth explain``: what the edge would answer to a request or token, step by step, and why."""
