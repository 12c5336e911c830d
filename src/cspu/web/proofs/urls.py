"""Public addresses: checking a proof, our keys, the lists of withdrawn proofs."""

from __future__ import annotations

from django.urls import path

from cspu.web.proofs import views

urlpatterns = [
    path("preuve/", views.check, name="proof_check"),
    path("preuves/retraits/<int:list_id>/", views.withdrawals, name="proof_withdrawals"),
    path(".well-known/jwks.json", views.public_keys, name="proof_keys"),
    path(".well-known/jwt-vc-issuer", views.issuer, name="proof_issuer"),
]
