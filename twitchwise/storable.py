"""Texts that every database takes."""

from __future__ import annotations


def storable(text: str) -> str:
    """Return the text without what databases refuse: lone surrogates and NUL."""
    return text.encode("utf-8", "replace").decode("utf-8").replace("\0", " ")
