"""Addresses of signing in and out."""

from django.urls import path

from crisis.accounts import factor_views, session_views, views

urlpatterns = [
    path("sign-in/", views.SignIn.as_view(), name="sign_in"),
    path("sign-in/code/", factor_views.second_step, name="second_step"),
    path("second-factor/", factor_views.second_factor, name="second_factor"),
    path("sessions/", session_views.sessions, name="sessions"),
    path("sessions/end-others/", session_views.end_others, name="end_other_sessions"),
    path("sessions/<int:pk>/end/", session_views.end, name="end_session"),
    path("card/", views.card, name="card"),
    path("sign-out/", views.sign_out, name="sign_out"),
    path("password/", views.password, name="password"),
    path("language/", views.language, name="language"),
]
