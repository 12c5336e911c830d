"""Addresses of the person's own pages: the right is in the address, the person is not."""

from __future__ import annotations

from django.urls import include, path

from cspu.web.account import corrections, views
from cspu.web.account.documents import proving, taking

urlpatterns = [
    path("", views.account, name="account"),
    path("droits/<slug:right_id>/", views.tile, name="tile"),
    path("parcours/", views.life, name="life"),
    path("corrections/", corrections.corrections, name="corrections"),
    path("corrections/signaler/<uuid:fact>/", corrections.choose, name="correction_new"),
    path("corrections/signaler/<uuid:fact>/envoyer/", corrections.send, name="correction_send"),
    path("corrections/<uuid:correction>/suite/", corrections.reply, name="correction_reply"),
    path("documents/", proving.documents, name="documents"),
    path("documents/tout/", taking.everything, name="export"),
    path("documents/releve/", taking.statement, name="statement"),
    path("documents/prouver/<slug:right_id>/", proving.wish, name="prove"),
    path("documents/prouver/<slug:right_id>/faire/", proving.make, name="proof_make"),
    path("documents/preuves/<uuid:proof_id>/", proving.proof, name="proof"),
    path("documents/preuves/<uuid:proof_id>/retirer/", proving.take_back, name="proof_withdraw"),
    path("", include("cspu.web.account.sharing.urls")),
    path("", include("cspu.web.account.economy.urls")),
]
