"""What people and the assistant said: kept for the history, forgotten when asked, and in time."""
