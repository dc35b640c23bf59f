"""Addresses of the board and of services, under /crises/<id>/."""

from django.urls import include, path

from services import views

urlpatterns = [
    path("", include("services.paper.urls")),
    path("", views.board, name="board"),
    path("change/", views.choose, name="choose"),
    path("services/<int:pk>/", views.service, name="service"),
    path("services/<int:pk>/change/", views.change, name="change"),
    path("services/<int:pk>/report/", views.report, name="report"),
    path("services/<int:pk>/confirm/", views.confirm, name="confirm"),
    path("reports/<int:pk>/undo/", views.undo, name="undo"),
    path("sites/<int:pk>/confirm/", views.confirm_all, name="confirm_site"),
    path("alarms/<int:pk>/acknowledge/", views.acknowledge, name="acknowledge"),
]
