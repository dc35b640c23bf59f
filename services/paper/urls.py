"""Addresses of the papers, under /crises/<id>/."""

from django.urls import path

from services.paper import views

urlpatterns = [
    path("paper/", views.index, name="paper"),
    path("paper/<slug:name>/", views.sheet, name="paper_sheet"),
    path("paper/sites/<int:pk>/", views.site_sheet, name="paper_site"),
]
