"""The settings of the product, in a demonstration of the tests' own, under the owner's role.

Fixtures open connections as the other roles; a test of a whole command starts its own process.
"""

from __future__ import annotations

import os
from pathlib import Path

TEST_DATA = Path(os.environ.get("CSPU_TEST_DATA") or Path(__file__).parents[1] / "var" / "test")

for _name in [name for name in os.environ if name.startswith("CSPU_")]:
    if _name not in {"CSPU_TEST_DATA", "CSPU_CHROMIUM"}:
        del os.environ[_name]
os.environ.update(CSPU_DATA=str(TEST_DATA), CSPU_DEMO="1", CSPU_DATABASE_ROLE="owner")

from cspu.config.settings import *  # noqa: E402, F403

WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
