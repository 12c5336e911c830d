"""The door a web server calls."""

from __future__ import annotations

import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cspu.config.settings")

application = get_wsgi_application()

# A broken address must end a starting server, not a person's first request.
get_resolver().url_patterns  # noqa: B018
