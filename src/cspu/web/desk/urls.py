"""Addresses of the desk: whoever it is about is in none of them."""

from __future__ import annotations

from django.urls import path

from cspu.web.desk import (
    asking,
    colleagues,
    complaints,
    corrections,
    dossier,
    home,
    mandates,
    needs,
)

urlpatterns = [
    path("", home.home, name="desk"),
    path("dossier/", dossier.dossier, name="desk_dossier"),
    path("demandes/", asking.asked, name="desk_questions"),
    path("demandes/nouvelle/", asking.asking, name="desk_ask"),
    path("mandats/", mandates.mandate, name="desk_mandate"),
    path("mandats/imprimer/", mandates.printable, name="desk_mandate_print"),
    path("corrections/", corrections.corrections, name="desk_corrections"),
    path("corrections/<uuid:correction_id>/", corrections.correction, name="desk_correction"),
    path("besoins/", needs.need, name="desk_need"),
    path("collegues/", colleagues.lost_factors, name="desk_colleagues"),
    path("reclamations/", complaints.grievances, name="desk_complaints"),
    path("reclamations/<uuid:grievance_id>/", complaints.grievance, name="desk_complaint"),
]
