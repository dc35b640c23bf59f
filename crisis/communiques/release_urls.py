"""Addresses of the cell's page about the public, under /crises/<id>/public/."""

from django.urls import path

from crisis.communiques import release_views

crisis_patterns = [
    path("", release_views.answers, name="public_answers"),
    path("release/", release_views.release, name="release_answers"),
    path("sheet/<slug:lang>/", release_views.sheet, name="call_sheet"),
    path("pages/", release_views.preview, name="public_preview"),
    path("pages/<path:path>", release_views.preview, name="public_preview"),
]
