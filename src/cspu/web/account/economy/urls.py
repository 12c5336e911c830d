"""Addresses of what she does with what she holds."""

from __future__ import annotations

from django.urls import path

from cspu.web.account.economy import convert, debts, hub, receipts

urlpatterns = [
    path("utiliser/", hub.economy, name="economy"),
    path("utiliser/convertir/<slug:rule>/", convert.convert, name="convert"),
    path("utiliser/devis/<uuid:quote_id>/", convert.quote, name="quote"),
    path("utiliser/devis/<uuid:quote_id>/executer/", convert.execute, name="convert_execute"),
    path("utiliser/dettes/<uuid:debt_id>/", debts.debt, name="debt"),
    path("utiliser/dettes/<uuid:debt_id>/contester/", debts.contest, name="debt_contest"),
    path("utiliser/dettes/<uuid:debt_id>/rendre/", debts.give_back, name="debt_give_back"),
    path("utiliser/recus/<uuid:act_id>/", receipts.receipt, name="receipt"),
]
