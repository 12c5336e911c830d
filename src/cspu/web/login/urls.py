"""Log-in, its way back, and log-out."""

from __future__ import annotations

from django.urls import path

from cspu.web.login import views

urlpatterns = [
    path("", views.login, name="login"),
    path("quitter/", views.logout, name="logout"),
]
