"""Request rules shared by the gateway, the services and the identity provider, independent of any framework."""
