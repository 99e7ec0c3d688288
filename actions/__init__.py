"""Custom actions: read the tracker, ask :mod:`twitchwise.faq`, say it, return events."""
