"""Addresses of the person's own pages: the right is in the address, the person is not."""

from __future__ import annotations

from django.urls import include, path

from cspu.web.account import corrections, views

urlpatterns = [
    path("", views.account, name="account"),
    path("droits/<slug:right_id>/", views.tile, name="tile"),
    path("parcours/", views.life, name="life"),
    path("corrections/", corrections.corrections, name="corrections"),
    path("corrections/signaler/<uuid:fact>/", corrections.choose, name="correction_new"),
    path("corrections/signaler/<uuid:fact>/envoyer/", corrections.send, name="correction_send"),
    path("corrections/<uuid:correction>/suite/", corrections.reply, name="correction_reply"),
    path("", include("cspu.web.account.sharing.urls")),
]
