"""Addresses of communiqués, under /crises/<id>/."""

from django.urls import path

from crisis.communiques import step_views, views

urlpatterns = [
    path("communiques/", views.communiques, name="communiques"),
    path("communiques/begin/", views.begin_one, name="begin_communique"),
    path("communiques/<int:number>/", views.communique, name="communique"),
    path("communiques/<int:number>/save/", views.save, name="save_communique"),
    path("communiques/<int:number>/check/", views.check, name="check_communique"),
    path("communiques/<int:number>/submit/", step_views.to_review, name="submit_communique"),
    path("communiques/<int:number>/back/", step_views.back, name="send_communique_back"),
    path("communiques/<int:number>/approve/", step_views.approve_it, name="approve_communique"),
    path("communiques/<int:number>/publish/", step_views.publish_it, name="publish_communique"),
    path("communiques/<int:number>/correct/", step_views.correct_it, name="correct_communique"),
    path("communiques/<int:number>/resume/", step_views.resume_it, name="resume_communique"),
    path("communiques/<int:number>/withdraw/", step_views.withdraw_it, name="withdraw_communique"),
    path("communiques/<int:number>/drop/", step_views.drop_it, name="drop_communique"),
    path("communiques/<int:number>/keep/", step_views.keep_it, name="keep_communique"),
    path("communiques/<int:number>.pdf", views.paper, name="communique_pdf"),
    path("communiques/<int:number>.txt", views.mail, name="communique_text"),
]
