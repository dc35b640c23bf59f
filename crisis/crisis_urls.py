"""Addresses of the centre under /crises/<id>/."""

from django.urls import path

from crisis import journal_views, member_views

crisis_patterns = [
    path("journal/", journal_views.journal, name="journal"),
    path("journal/write/", journal_views.write, name="write_entry"),
    path("journal/<int:pk>/verify/", journal_views.verify, name="verify_entry"),
    path("journal/<int:pk>/countersign/", journal_views.sign, name="countersign"),
    path("journal/<int:pk>/mask/", journal_views.mask, name="mask"),
    path("members/", member_views.members, name="members"),
    path("members/<int:pk>/withdraw/", member_views.withdraw, name="withdraw"),
    path("accounts/<int:pk>/deactivate/", member_views.deactivate, name="deactivate"),
]
