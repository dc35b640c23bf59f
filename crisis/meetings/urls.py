"""Addresses of meetings and measures, under /crises/<id>/."""

from django.urls import path

from crisis.meetings import (
    action_views,
    agenda_views,
    capture_views,
    exception_views,
    measure_views,
    minutes_views,
    views,
)

urlpatterns = [
    path("meetings/", views.meetings, name="meetings"),
    path("meetings/calendar.ics", views.calendar, name="calendar"),
    path("meetings/open/", views.open_now, name="open_meeting"),
    path("meetings/announce/", views.announce, name="announce_meeting"),
    path("meetings/<int:number>/", views.meeting, name="meeting"),
    path("meetings/<int:number>/open/", views.open_announced, name="open_announced"),
    path("meetings/<int:number>/adjourn/", views.adjourn_now, name="adjourn"),
    path("meetings/<int:number>/cancel/", views.cancel, name="cancel_meeting"),
    path("meetings/<int:number>/renew/", measure_views.rest, name="renew_rest"),
    path("meetings/<int:number>/decide/", measure_views.decide, name="decide_measure"),
    path("meetings/<int:number>/measures/<int:measure>/renew/", measure_views.renew, name="renew_measure"),
    path("meetings/<int:number>/measures/<int:measure>/lift/", measure_views.lift, name="lift_measure"),
    path("meetings/<int:number>/measures/<int:measure>/amend/", measure_views.amend, name="amend_measure"),
    path("meetings/<int:number>/points/<int:pk>/", agenda_views.point, name="point"),
    path("meetings/<int:number>/points/<int:pk>/move/", agenda_views.move, name="move_point"),
    path("meetings/<int:number>/points/<int:pk>/skip/", agenda_views.skip, name="skip_point"),
    path("meetings/<int:number>/points/<int:pk>/text/", agenda_views.draft, name="save_draft"),
    path("meetings/<int:number>/points/add/", agenda_views.add, name="add_point"),
    path("meetings/<int:number>/attendance/", agenda_views.attend, name="attend"),
    path("meetings/<int:number>/guests/", agenda_views.guest, name="add_guest"),
    path("meetings/<int:number>/attendees/<int:pk>/", agenda_views.presence, name="come_or_go"),
    path("meetings/<int:number>/members/<int:pk>/arrive/", agenda_views.arrive, name="arrive"),
    path("meetings/<int:number>/capture/", capture_views.capture, name="capture"),
    path("meetings/<int:number>/decisions/<int:pk>/back/", capture_views.back, name="take_back"),
    path(
        "meetings/<int:number>/decisions/<int:pk>/file/", capture_views.file, {"kind": "decision"}, name="file_decision"
    ),
    path("meetings/<int:number>/actions/<int:pk>/file/", capture_views.file, {"kind": "action"}, name="file_action"),
    path("meetings/<int:number>/minutes/", minutes_views.minutes, name="minutes"),
    path("meetings/<int:number>/minutes/seal/", minutes_views.seal, name="seal"),
    path("meetings/<int:number>/minutes/addendum/", minutes_views.addendum, name="addendum"),
    path("meetings/<int:number>/minutes.pdf", minutes_views.pdf, name="minutes_pdf"),
    path("actions/", action_views.actions, name="actions"),
    path("actions/add/", action_views.add, name="add_action"),
    path("actions/duties/", action_views.require, name="require_duties"),
    path("actions/<int:number>/done/", action_views.done, name="finish_action"),
    path("actions/<int:number>/drop/", action_views.drop, name="drop_action"),
    path("actions/<int:number>/change/", action_views.change, name="change_action"),
    path("actions.csv", action_views.actions_csv, name="actions_csv"),
    path("exceptions/", exception_views.exceptions, name="exceptions"),
    path("exceptions/ask/", exception_views.ask, name="ask_exception"),
    path("exceptions/<int:number>/opinion/", exception_views.judge, name="judge_exception"),
    path("measures/", measure_views.measures, name="measures"),
]
