"""What the gateway, the services and the identity provider agree on about a request, free of any framework."""
