"""Commands: each composes and may name everything."""
