"""Addresses of what she does with what she holds."""

from __future__ import annotations

from django.urls import path

from cspu.web.account.economy import convert, debts, give, hub, receipts, timebank, topups, use

urlpatterns = [
    path("utiliser/", hub.economy, name="economy"),
    path("utiliser/convertir/<slug:rule>/", convert.convert, name="convert"),
    path("utiliser/devis/<uuid:quote_id>/", convert.quote, name="quote"),
    path("utiliser/devis/<uuid:quote_id>/executer/", convert.execute, name="convert_execute"),
    path("utiliser/dettes/<uuid:debt_id>/", debts.debt, name="debt"),
    path("utiliser/dettes/<uuid:debt_id>/contester/", debts.contest, name="debt_contest"),
    path("utiliser/dettes/<uuid:debt_id>/rendre/", debts.give_back, name="debt_give_back"),
    path("utiliser/donner/", give.give, name="give"),
    path("utiliser/donner/oui/", give.send, name="gift_send"),
    path("utiliser/donner/<uuid:gift_id>/reprendre/", give.take_back, name="gift_take_back"),
    path("utiliser/recevoir/", give.calls, name="calls"),
    path("utiliser/recevoir/<uuid:call_id>/fermer/", give.end_call, name="call_end"),
    path("utiliser/entraide/", timebank.board, name="time_bank"),
    path("utiliser/entraide/annonce/", timebank.notice, name="notice_new"),
    path("utiliser/entraide/annonce/<uuid:notice_id>/", timebank.answer, name="notice_answer"),
    path("utiliser/entraide/annonce/<uuid:notice_id>/fin/", timebank.end_notice, name="notice_end"),
    path("utiliser/entraide/echange/<uuid:exchange_id>/", timebank.exchange, name="exchange"),
    path(
        "utiliser/entraide/echange/<uuid:exchange_id>/heures/",
        timebank.propose,
        name="exchange_propose",
    ),
    path(
        "utiliser/entraide/echange/<uuid:exchange_id>/oui/",
        timebank.confirm,
        name="exchange_confirm",
    ),
    path("utiliser/entraide/proche/", timebank.pass_hours, name="pass_hours"),
    path("utiliser/entraide/proche/oui/", timebank.send_hours, name="hours_send"),
    path("utiliser/entraide/proche/code/", timebank.kin_code, name="kin_code"),
    path(
        "utiliser/entraide/proche/<uuid:gift_id>/reprendre/", timebank.call_back, name="hours_back"
    ),
    path("utiliser/usage/<slug:use>/", use.use, name="use"),
    path("utiliser/usage/<slug:use>/confirmer/", use.confirm, name="use_confirm"),
    path("utiliser/usages/<uuid:act_id>/", use.used, name="used"),
    path("utiliser/usages/<uuid:act_id>/annuler/", use.undo, name="use_undo"),
    path("utiliser/abondements/", topups.my_top_ups, name="top_ups"),
    path("utiliser/recus/<uuid:act_id>/", receipts.receipt, name="receipt"),
]
