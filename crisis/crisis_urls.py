"""Addresses of the centre under /crises/<id>/, and of the house under /house/."""

from django.urls import path

from crisis import card_views, journal_views, member_views, people_views

people_patterns = [
    path("members/", member_views.members, name="members"),
    path("members/table/", people_views.members_table, name="members_table"),
    path("members/<int:pk>/withdraw/", member_views.withdraw, name="withdraw"),
    path("cards/", card_views.give, name="give_cards"),
    path("cards/paper/", card_views.paper, name="cards_paper"),
    path("accounts/<int:pk>/card/revoke/", card_views.revoke, name="revoke_card"),
    path("accounts/<int:pk>/sessions/end/", member_views.end_sessions, name="end_sessions"),
    path("accounts/<int:pk>/factor/remove/", member_views.remove_second_factor, name="remove_factor"),
    path("accounts/<int:pk>/deactivate/", member_views.deactivate, name="deactivate"),
    path("accounts/<int:pk>/", member_views.correct, name="correct_account"),
    path("accounts/<int:pk>/reopen/", member_views.reopen, name="reopen"),
]
"""Of a crisis and, without its number, of the house."""

house_patterns = [
    path("journal/", journal_views.journal, name="journal"),
    path("journal/<int:pk>/countersign/", journal_views.sign, name="countersign"),
    *people_patterns,
]

crisis_patterns = [
    path("journal/", journal_views.journal, name="journal"),
    path("journal/write/", journal_views.write, name="write_entry"),
    path("journal/<int:pk>/verify/", journal_views.verify, name="verify_entry"),
    path("journal/<int:pk>/countersign/", journal_views.sign, name="countersign"),
    path("journal/<int:pk>/mask/", journal_views.mask, name="mask"),
    *people_patterns,
]
