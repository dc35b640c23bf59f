"""Addresses of the backups: of the house, outside of any crisis."""

from django.urls import path

from crisis.backup import views

urlpatterns = [
    path("", views.index, name="backups"),
    path("<str:token>/", views.download, name="backup_download"),
    path("<str:token>/file/", views.take, name="backup_file"),
]
