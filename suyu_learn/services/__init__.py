"""Use cases: functions with the session first; they flush, never commit."""
