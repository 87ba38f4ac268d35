"""Preparation of an installation."""
