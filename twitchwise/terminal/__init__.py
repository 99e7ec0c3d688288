"""The terminal: a thin client of the HTTP channel, for people and for scripts. No Rasa in it."""
