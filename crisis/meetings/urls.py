"""Addresses of meetings and measures, under /crises/<id>/."""

from django.urls import path

from crisis.meetings import measure_views, views

urlpatterns = [
    path("meetings/", views.meetings, name="meetings"),
    path("meetings/calendar.ics", views.calendar, name="calendar"),
    path("meetings/open/", views.open_now, name="open_meeting"),
    path("meetings/announce/", views.announce, name="announce_meeting"),
    path("meetings/<int:number>/", views.meeting, name="meeting"),
    path("meetings/<int:number>/open/", views.open_announced, name="open_announced"),
    path("meetings/<int:number>/adjourn/", views.adjourn_now, name="adjourn"),
    path("meetings/<int:number>/cancel/", views.cancel, name="cancel_meeting"),
    path("meetings/<int:number>/renew/", measure_views.renew_rest, name="renew_rest"),
    path("meetings/<int:number>/decide/", measure_views.decide, name="decide_measure"),
    path("meetings/<int:number>/measures/<int:measure>/renew/", measure_views.renew, name="renew_measure"),
    path("meetings/<int:number>/measures/<int:measure>/lift/", measure_views.lift, name="lift_measure"),
    path("meetings/<int:number>/measures/<int:measure>/amend/", measure_views.amend, name="amend_measure"),
    path("measures/", measure_views.measures, name="measures"),
]
