"""Twitchwise: an assistant on muscle twitching and its nutritional causes."""

__version__ = "0.1.0"
