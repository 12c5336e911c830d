"""Django settings, all from the environment (see `environment`)."""

from __future__ import annotations

import os
from pathlib import Path

from cspu.config.environment import project_root, read_environment
from cspu.config.federation import read_federation
from cspu.config.postgres.addresses import address_of
from cspu.config.providers import read_providers

_environment = read_environment()
_package = Path(__file__).resolve().parents[1]
_ROOMS = ("people", "trust", "lifecourse", "ledger", "entitlement", "economy", "employers", "web")

# Ours
CSPU_DEMO = _environment.demo
CSPU_TODAY = _environment.today
CSPU_DATA = _environment.data
CSPU_IDENTITY_KEY = _environment.identity_key
CSPU_IDENTITY_KEY_PREVIOUS = _environment.identity_key_previous
CSPU_PROOF_KEY = _environment.proof_key
CSPU_FEDERATION = read_federation(os.environ)
CSPU_PROVIDERS = read_providers(os.environ, demo=_environment.demo)
CSPU_PROOF_KEYS_PREVIOUS = _environment.proof_keys_previous

# Application
DEBUG = False
SECRET_KEY = _environment.secret_key
ALLOWED_HOSTS = list(_environment.hosts)
ROOT_URLCONF = "cspu.config.urls"
WSGI_APPLICATION = "cspu.config.wsgi.application"
INSTALLED_APPS = [
    "django.contrib.staticfiles",
    *(f"cspu.{room}" for room in _ROOMS),
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "cspu.web.uploads.BoundedBodyMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "cspu.web.language.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "cspu.web.uploads.PlainTextMiddleware",
    "cspu.web.methods.MethodMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "cspu.web.context.page",
                "django.template.context_processors.i18n",
            ],
        },
    },
]

# Database: one role a process; connections kept where requests come and go, none in commands
DATABASES = {"default": address_of(_environment.role).django()}
if _environment.role == "web":
    # A request asks about one person, and planning takes longer than running, far longer for the
    # law's functions: plan each statement once a connection, whoever it is about; and keep the
    # connections, one a thread of the server, since each new one makes somebody wait for its plans.
    # Each is tried before it serves: a database that was started again costs nobody a page.
    DATABASES["default"]["CONN_MAX_AGE"] = 8 * 60 * 60
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
    DATABASES["default"]["OPTIONS"]["prepare_threshold"] = 1
    DATABASES["default"]["OPTIONS"]["options"] = "-c plan_cache_mode=force_generic_plan"
# Log-in has a role and a connection of its own (trust, Note [log-in is another role's])
CSPU_LOGIN_CONNINFO = address_of("login").conninfo() if _environment.role != "batch" else ""
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Language and time: French first
LANGUAGE_CODE = "fr"
LANGUAGES = [("fr", "Français"), ("en", "English")]
LOCALE_PATHS = [_package / "web" / "locale"]
LANGUAGE_COOKIE_NAME = "cspu_language"
LANGUAGE_COOKIE_AGE = 365 * 24 * 60 * 60
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_SECURE = not _environment.demo
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Europe/Paris"

# Assets: installed from the package registry, named by their content, served by us
STATIC_URL = "/static/"
STATIC_ROOT = _environment.data / "static"
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "cspu.config.assets.PackagedAssetsFinder",
]
CSPU_NODE_MODULES = project_root() / "node_modules"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_MANIFEST_STRICT = True
WHITENOISE_KEEP_ONLY_HASHED_FILES = True

# Sessions and cookies: plain HTTP is for the demonstration on one's own machine only
CSPU_SESSION_COOKIE = "cspu_session" if _environment.demo else "__Host-cspu_session"
SESSION_ENGINE = "django.contrib.sessions.backends.signed_cookies"
SESSION_COOKIE_AGE = 60 * 60
SESSION_SAVE_EVERY_REQUEST = False
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = not _environment.demo
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "cspu.web.errors.csrf_failure"
CSRF_COOKIE_SECURE = not _environment.demo
SECURE_SSL_REDIRECT = not _environment.demo
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = 0 if _environment.demo else 365 * 24 * 60 * 60
SECURE_HSTS_INCLUDE_SUBDOMAINS = not _environment.demo
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        # The log-in button is a form that the answer sends on to the provider.
        "form-action": ["'self'", *(each.origin for each in CSPU_PROVIDERS.values())],
        "manifest-src": ["'self'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
    },
}

PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]

# Logs say what failed and where, never for whom: no query, no parameters, no body
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"private": {"()": "cspu.config.logs.WithoutPersonalData"}},
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "filters": ["private"],
            "formatter": "line",
        },
    },
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {
        "django": {"handlers": ["console"], "level": "WARNING", "propagate": False},
        "django.db.backends": {"level": "CRITICAL"},
        # They would list the letters of a person's documents.
        "fontTools": {"level": "ERROR"},
        "fpdf": {"level": "CRITICAL"},
        "gunicorn.http": {"level": "ERROR"},
        "httpx": {"level": "WARNING"},
        "gunicorn.error": {"handlers": ["console"], "level": "WARNING", "propagate": False},
    },
}
