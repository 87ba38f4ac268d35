"""The decision about one request, as a value, and the steps that make it."""
