"""Addresses of what a person decides and reads about who sees her data."""

from __future__ import annotations

from django.urls import path

from cspu.web.account.sharing import api, consents, helping, journal

urlpatterns = [
    path("partage/", consents.sharing, name="sharing"),
    path("partage/accord/<uuid:consent_id>/", consents.consent, name="consent"),
    path("partage/question/<uuid:request_id>/", consents.question, name="question"),
    path("partage/donner/", consents.choose, name="consent_choose"),
    path("partage/donner/oui/", consents.give, name="consent_give"),
    path("partage/code/", consents.code, name="code"),
    path("aide/", helping.help_page, name="help"),
    path("aide/confier/", helping.entrust, name="entrust"),
    path("aide/mandat/<uuid:mandate_id>/", helping.mandate, name="mandate"),
    path("aide/preuve/<uuid:document_id>/", helping.proof, name="mandate_proof"),
    path("aide/agir/", helping.begin, name="act_for"),
    path("aide/fin/", helping.finish, name="act_for_oneself"),
    path("aide/dossier/", helping.helped, name="helped"),
    path("journal/", journal.journal, name="journal"),
    path("journal/anormal/<int:rank>/", journal.grievance, name="grievance"),
    path("api/journal/v1/usages", api.usages, name="journal_usages"),
    path("api/journal/v1/period", api.period, name="journal_period"),
    path("api/journal/v1/heartbeat", api.heartbeat, name="journal_heartbeat"),
]
