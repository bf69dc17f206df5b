"""The session and its actions; no Qt."""
