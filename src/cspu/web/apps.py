"""The Django application that holds the screens' templates, static files and catalogues."""

from __future__ import annotations

from django.apps import AppConfig


class WebConfig(AppConfig):
    """Screens have no tables of their own."""

    name = "cspu.web"
    label = "cspu_web"
