"""The heart: what the hospital can still do."""
