"""Addresses of the first ten minutes."""

from django.urls import path

from services.opening import views

urlpatterns = [
    path("start/", views.start, name="start"),
    path("start/<slug:name>/", views.step, name="start_step"),
    path("declare/", views.declare, name="declare"),
]
