"""Addresses of the person's own pages: the right is in the address, the person is not."""

from __future__ import annotations

from django.urls import include, path

from cspu.web.account import views

urlpatterns = [
    path("", views.account, name="account"),
    path("droits/<slug:right_id>/", views.tile, name="tile"),
    path("parcours/", views.life, name="life"),
    path("", include("cspu.web.account.sharing.urls")),
]
