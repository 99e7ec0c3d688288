"""Escalations as events: recorded before the reply goes out, delivered to a webhook, listed.

``recorder.project_recorder()`` is what a channel's guard calls; the rest hangs below it.
Nothing is imported here, so that the command line starts fast.
"""
