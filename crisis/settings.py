"""Every choice of an installation, read from the environment once.

A wrong value stops the start with a sentence that names the setting, what it was and what to write instead.
Each has a safe default: with none set, Vigie runs from one laptop on SQLite, for the loopback address only.
"""

import os
from pathlib import Path
from urllib.parse import unquote, urlsplit

from django.utils.translation import gettext_lazy as _

from crisis.backup.choices import backup_directory, passphrase_file
from crisis.bootstrap import LOOPBACK
from crisis.choices import refuse, whole_number, words, yes_no
from crisis.own_files import own_folder, secret_key

BASE_DIR = Path(__file__).resolve().parent.parent


def sqlite(name: str) -> dict[str, object]:
    """SQLite as many people's database: one writer at a time that waits instead of failing, nothing lost on a power cut."""
    Path(name).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": name,
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; PRAGMA secure_delete=ON;",
        },
        "TEST": {"NAME": os.environ.get("TEST_DATABASE", str(Path(name).parent / "test.sqlite3"))},
    }


def postgresql(url: str) -> dict[str, object]:
    """PostgreSQL behind a pool that checks a connection before it lends it, so a restarted server heals by itself."""
    parts = urlsplit(url)
    query = dict(pair.split("=", 1) for pair in parts.query.split("&") if "=" in pair)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(query.pop("host", parts.hostname or "")),
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 0,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {
            "pool": {"min_size": 1, "max_size": whole_number("DATABASE_POOL", 10, 1, 200), "timeout": 5},
            "connect_timeout": 5,
            "options": "-c statement_timeout=15000 -c lock_timeout=10000",
            **query,
        },
    }


def database(url: str) -> dict[str, object]:
    """The database that DATABASE_URL names."""
    if url.startswith("sqlite:////"):
        return sqlite(url.removeprefix("sqlite:///"))
    if url.startswith("sqlite:///") and len(url) > len("sqlite:///"):
        return sqlite(str(BASE_DIR / url.removeprefix("sqlite:///")))
    if url.startswith(("postgres://", "postgresql://")) and urlsplit(url).path.strip("/"):
        return postgresql(url)
    raise refuse(
        "DATABASE_URL", "use sqlite:////absolute/path, sqlite:///relative/path or postgres://user:password@host/name."
    )


def channel_layers(url: str) -> dict[str, object]:
    """How processes tell each other that something changed: through Redis; a single process needs nothing for it."""
    if not url:
        return {}
    if url.startswith(("redis://", "rediss://", "unix://")):
        return {"default": {"BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer", "CONFIG": {"hosts": [url]}}}
    raise refuse("CHANNEL_LAYER_URL", "use redis://host:port/db, or leave it out for a single process.")


def public_url() -> str:
    """Where people reach Vigie from outside, without a final slash; empty on a laptop."""
    url = os.environ.get("PUBLIC_URL", "").strip().rstrip("/")
    parts = urlsplit(url)
    if url and (parts.scheme not in {"http", "https"} or not parts.hostname or parts.path or parts.query):
        raise refuse("PUBLIC_URL", "use https://name or https://name:port, nothing after it.")
    if parts.scheme == "http" and parts.hostname not in LOOPBACK:
        raise refuse("PUBLIC_URL", "begin it with https://, or anybody on the network would read along, passwords too.")
    return url


def directory(name: str, example: str) -> Path | None:
    """A folder that something is written into by itself; None when nowhere. Relative to nothing but the root."""
    named = os.environ.get(name, "").strip()
    if named and not Path(named).is_absolute():
        raise refuse(name, f"use an absolute path, such as {example}.")
    return Path(named) if named else None


PUBLIC_EXPORT_DIR = directory("PUBLIC_EXPORT_DIR", "/srv/www/crisis")
DATA_DIR = own_folder(Path(os.environ.get("DATA_DIR") or BASE_DIR / "data"), served=PUBLIC_EXPORT_DIR)
DEBUG, DEMO = yes_no("DEBUG", False), yes_no("VIGIE_DEMO", False)
SECRET_KEY = secret_key(DATA_DIR)
PUBLIC_URL = public_url()
PAPER_DIR = directory("PAPER_DIR", "/media/stick/paper")
BEHIND_TLS_PROXY = yes_no("BEHIND_TLS_PROXY", False)
HTTPS = yes_no("VIGIE_HTTPS", False) and not BEHIND_TLS_PROXY  # `up` sets it for an outside address
TLS_CERTIFICATE, TLS_KEY = os.environ.get("TLS_CERTIFICATE", ""), os.environ.get("TLS_KEY", "")
BACKUP_PASSPHRASE_FILE = passphrase_file()
BACKUP_DIR = backup_directory(BACKUP_PASSPHRASE_FILE)
OVERDUE_HOURS = whole_number("OVERDUE_HOURS", 12, 1, 168)

DATABASES = {
    "default": database(
        os.environ.get("DATABASE_URL") or f"sqlite:///{DATA_DIR / ('demo' if DEMO else 'vigie')}.sqlite3"
    )
}
CHANNEL_LAYERS = channel_layers(os.environ.get("CHANNEL_LAYER_URL", ""))

ALLOWED_HOSTS = words("ALLOWED_HOSTS") or ["localhost", "127.0.0.1", "[::1]"]
if PUBLIC_URL:
    ALLOWED_HOSTS.append(str(urlsplit(PUBLIC_URL).hostname))
    CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "channels",
    "django_htmx",
    "axes",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "django_otp.plugins.otp_static",
    "crisis",
    "crisis.accounts",
    "crisis.displays",
    "crisis.meetings",
    "crisis.communiques",
    "crisis.backup",
    "services",
]

MIDDLEWARE = [
    "crisis.communiques.public.serve.PublicPages",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "crisis.middleware.ProxyAddress",
    "crisis.middleware.SecurityHeaders",
    "crisis.health.Health",
    "crisis.middleware.LostDatabase",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "crisis.middleware.LoginRequired",
    "crisis.accounts.middleware.Account",
    "django.contrib.messages.middleware.MessageMiddleware",
    "crisis.middleware.OrganisationTime",
    "crisis.middleware.TooLong",
    "crisis.middleware.Written",
    "crisis.middleware.Refusals",
]

ROOT_URLCONF = "crisis.urls"
ASGI_APPLICATION = "crisis.asgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    ["django.template.loaders.filesystem.Loader", "django.template.loaders.app_directories.Loader"],
                )
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "crisis.context.frame",
            ],
            "builtins": ["crisis.templatetags.vigie"],
        },
    },
]

AUTH_USER_MODEL = "accounts.User"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
LOGIN_URL = "sign_in"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "sign_in"

# Wrong passwords are counted by crisis/accounts/tries.py. The app of before stays off: backups name its migrations.
AXES_ENABLED = AXES_VERBOSE = False

# Wrong codes of a second factor are counted by address (crisis/accounts/tries.py), not by device: an intruder could lock it.
OTP_TOTP_THROTTLE_FACTOR = OTP_STATIC_THROTTLE_FACTOR = 0
OTP_TOTP_ISSUER = "Vigie"

SESSION_COOKIE_AGE = 16 * 3600  # a long shift
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS or BEHIND_TLS_PROXY or PUBLIC_URL.startswith("https://")
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_HTTPONLY = SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if BEHIND_TLS_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
# W004 and W008 ask for HSTS and a redirect to HTTPS: with a certificate of its own HSTS would lock people out of the
# address for a year, crisis/tls.py redirects before a request gets here, and a proxy that does TLS sets both itself.
SILENCED_SYSTEM_CHECKS = ["security.W004", "security.W008", "axes.W002", "axes.W003"]
if not SESSION_COOKIE_SECURE:
    # Without an outside address the server listens on loopback over plain HTTP, where Secure cookies would not come back.
    SILENCED_SYSTEM_CHECKS += ["security.W012", "security.W016"]

LANGUAGE_CODE = "fr"
LANGUAGES = [("fr", _("French")), ("nl", _("Dutch")), ("de", _("German")), ("en", _("English"))]
LANGUAGE_COOKIE_SAMESITE = "Lax"
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = USE_TZ = True
TIME_ZONE = "Europe/Brussels"

STATIC_URL = "static/"
STATIC_ROOT = DATA_DIR / "static"  # what `up` collects: run-time files, like everything in data/
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
# The rows of a table that are sent back (crisis.middleware.TooLong bounds every other page); 4000 services with two fields each.
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        "crisis": {"level": "INFO"},
        "services": {"level": "INFO"},
        "django.request": {"level": "ERROR"},  # a refusal (422) and a wrong address (404) are no faults of ours
    },
}
