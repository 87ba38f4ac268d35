"""System checks for what breaks edge trust."""
