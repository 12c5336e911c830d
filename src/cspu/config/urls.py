"""Every address of the site."""

from __future__ import annotations

from django.urls import include, path

urlpatterns = [path("", include("cspu.web.urls"))]

handler403 = "cspu.web.errors.forbidden"
handler404 = "cspu.web.errors.not_found"
handler500 = "cspu.web.errors.server_error"
