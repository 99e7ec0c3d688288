"""Measures how well the assistant understands people: ``python -m evaluation``."""
