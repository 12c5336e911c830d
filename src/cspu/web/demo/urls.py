"""Addresses of the demonstration's log-in."""

from __future__ import annotations

from django.urls import path

from cspu.web.demo import views

urlpatterns = [
    path("", views.login, name="login"),
    path("quitter/", views.logout, name="logout"),
]
