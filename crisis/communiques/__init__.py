"""Communiqués and the public pages."""
