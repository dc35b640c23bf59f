"""Addresses of the screens: their own under /wall/, the cell's page of them under /crises/<id>/displays/."""

from django.urls import path

from crisis.displays import views, wall_views

wall_patterns = [
    path("", wall_views.wall, name="wall"),
    path("waiting/", wall_views.waiting, name="wall_waiting"),
    path("pair/<str:code>/", wall_views.scanned, name="wall_scanned"),
]
crisis_patterns = [
    path("", views.displays, name="displays"),
    path("list/", views.displays_list, name="displays_list"),
    path("<int:pk>/", views.display, name="display"),
    path("<int:pk>/preview/", views.preview, name="display_preview"),
    path("<int:pk>/identify/", views.identify, name="display_identify"),
    path("<int:pk>/blank/", views.blank, name="display_blank"),
    path("<int:pk>/light/", views.light, name="display_light"),
    path("<int:pk>/revoke/", views.revoke, name="display_revoke"),
]
