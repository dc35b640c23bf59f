"""Paired wall screens: who they are, what each shows, and whether they are there."""
