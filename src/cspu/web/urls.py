"""Every address of the site. None holds anything personal."""

from __future__ import annotations

from django.urls import include, path
from django.views.i18n import set_language

urlpatterns = [
    path("", include("cspu.web.account.urls")),
    path("", include("cspu.web.proofs.urls")),
    path("", include("cspu.web.federation.urls")),
    path("bureau/", include("cspu.web.desk.urls")),
    path("connexion/", include("cspu.web.login.urls")),
    path("langue/", set_language, name="set_language"),
]
