"""Addresses of the papers, under /crises/<id>/."""

from django.urls import path

from services.paper import entry_views, views

urlpatterns = [
    path("paper/", views.index, name="paper"),
    path("paper/<slug:name>/", views.sheet, name="paper_sheet"),
    path("back-entry/<int:pk>/", entry_views.back_entry, name="back_entry"),
    path("paper/sites/<int:pk>/", views.site_sheet, name="paper_site"),
]
