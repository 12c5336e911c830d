"""Log-in, its way back, the second factor, a stronger log-in, and log-out."""

from __future__ import annotations

from django.urls import path

from cspu.web.login import factor, openings, views

urlpatterns = [
    path("", views.login, name="login"),
    path("partir/<slug:provider>/", views.leave, name="login_leave"),
    path("retour/", views.come_back, name="login_back"),
    path("code/", factor.second_factor, name="second_factor"),
    path("renforcer/", views.stronger, name="stronger"),
    path("ouvertes/", openings.openings, name="openings"),
    path("quitter/", views.logout, name="logout"),
    path("au-revoir/", views.goodbye, name="goodbye"),
]
