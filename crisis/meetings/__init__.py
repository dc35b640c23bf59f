"""Meetings of the crisis cell, and the measures that they keep in force."""
