"""Addresses of what she does with what she holds."""

from __future__ import annotations

from django.urls import path

from cspu.web.account.economy import convert, debts, hub, receipts, topups, use

urlpatterns = [
    path("utiliser/", hub.economy, name="economy"),
    path("utiliser/convertir/<slug:rule>/", convert.convert, name="convert"),
    path("utiliser/devis/<uuid:quote_id>/", convert.quote, name="quote"),
    path("utiliser/devis/<uuid:quote_id>/executer/", convert.execute, name="convert_execute"),
    path("utiliser/dettes/<uuid:debt_id>/", debts.debt, name="debt"),
    path("utiliser/dettes/<uuid:debt_id>/contester/", debts.contest, name="debt_contest"),
    path("utiliser/dettes/<uuid:debt_id>/rendre/", debts.give_back, name="debt_give_back"),
    path("utiliser/usage/<slug:use>/", use.use, name="use"),
    path("utiliser/usage/<slug:use>/confirmer/", use.confirm, name="use_confirm"),
    path("utiliser/usages/<uuid:act_id>/", use.used, name="used"),
    path("utiliser/usages/<uuid:act_id>/annuler/", use.undo, name="use_undo"),
    path("utiliser/abondements/", topups.my_top_ups, name="top_ups"),
    path("utiliser/recus/<uuid:act_id>/", receipts.receipt, name="receipt"),
]
