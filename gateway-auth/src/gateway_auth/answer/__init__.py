"""What the proxy is told: identity headers, a problem, a page, or a redirect. Nothing is decided here."""
