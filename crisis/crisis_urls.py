"""Addresses of the centre under /crises/<id>/."""

from django.urls import URLPattern

crisis_patterns: list[URLPattern] = []
