"""Thumbs up and down, and what was not answered: kept in the database of conversations, listed.

Nothing is imported here, so that the command line starts fast.
"""
