"""Addresses of the first ten minutes."""

from django.urls import path

from services.opening import registry_views, views

urlpatterns = [
    path("start/", views.start, name="start"),
    path("start/<slug:name>/", views.step, name="start_step"),
    path("registry/", registry_views.registry, name="registry"),
    path("registry/phones/", registry_views.phones, name="phones"),
    path("declare/", views.declare, name="declare"),
]
