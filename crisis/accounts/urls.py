"""Addresses of signing in and out."""

from django.urls import path

from crisis.accounts import factor_views, views

urlpatterns = [
    path("sign-in/", views.SignIn.as_view(), name="sign_in"),
    path("sign-in/code/", factor_views.second_step, name="second_step"),
    path("second-factor/", factor_views.second_factor, name="second_factor"),
    path("card/", views.card, name="card"),
    path("sign-out/", views.sign_out, name="sign_out"),
    path("password/", views.password, name="password"),
    path("language/", views.language, name="language"),
]
