"""Every setting, read from the environment (names and defaults: README, "Settings")."""

from pathlib import Path
from typing import Any

import django_stubs_ext
import environ
from celery.schedules import crontab
from csp.constants import NONE, SELF, UNSAFE_EVAL, UNSAFE_INLINE
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from config.safety import why_unsafe

django_stubs_ext.monkeypatch()

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()

# --- where we run -----------------------------------------------------------------------------
DEBUG = env.bool("DEBUG", default=False)
RONDO_HOME = Path(env.str("RONDO_HOME", default=str(BASE_DIR / ".rondo")))
SECRET_KEY = env.str("SECRET_KEY", default="")
if not SECRET_KEY:
    if not env.bool("RONDO_ALLOW_EPHEMERAL_KEY", default=False):
        raise ImproperlyConfigured("Set SECRET_KEY (make up makes one for you in RONDO_HOME).")
    SECRET_KEY = "ephemeral-key-for-builds-and-tests-only"  # noqa: S105
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
PUBLIC_URL = env.str("PUBLIC_URL", default="http://localhost:8000").rstrip("/")
BEHIND_TLS = PUBLIC_URL.startswith("https://")
if found := why_unsafe(
    secret_key=SECRET_KEY, is_debugging=DEBUG, hosts=ALLOWED_HOSTS, public_url=PUBLIC_URL
):
    raise ImproperlyConfigured(found)

# --- what is installed ------------------------------------------------------------------------
INSTALLED_APPS = [
    "config.apps.RondoConfig",
    "core",
    "crm",
    "loyalty",
    "campaigns",
    "analytics",
    "unfold.apps.BasicAppConfig",
    "core.backoffice.apps.RondoAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.contrib.postgres",
    "allauth",
    "allauth.account",
    "rest_framework",
    "rest_framework_api_key",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_htmx",
    "django_cotton",
    "csp",
]
MIDDLEWARE = [
    # Outermost: what the ones below refuse (a foreign Host) has a policy too.
    "csp.middleware.CSPMiddleware",
    "core.http.middleware.AdminPolicyMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "core.http.middleware.KeepNothingMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": False,
        "OPTIONS": {
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    [
                        "django_cotton.cotton_loader.Loader",
                        "django.template.loaders.filesystem.Loader",
                        "django.template.loaders.app_directories.Loader",
                    ],
                )
            ],
            "builtins": [
                "django_cotton.templatetags.cotton",
                "django.templatetags.i18n",
                "core.templatetags.ui",
                "core.templatetags.figures",
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "core.ui.context.frame",
            ],
        },
    },
]

# --- data -------------------------------------------------------------------------------------
DATABASES = {"default": env.db("DATABASE_URL", default="postgres://rondo@/rondo")}
DATABASES["default"]["CONN_MAX_AGE"] = 60
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
# Off behind a pooler that hands out a server connection a transaction.
DATABASE_PREPARES = env.bool("DATABASE_PREPARES", default=True)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
REDIS_URL = env.str("REDIS_URL", default="redis://localhost:6379")


def redis_database(number: int) -> str:
    """The address of one numbered database, for redis-py, over TCP or a unix socket."""
    if REDIS_URL.startswith("unix://"):
        return f"{REDIS_URL}?db={number}"
    return f"{REDIS_URL.rstrip('/')}/{number}"


def broker_address() -> str:
    """The same server as Celery's transport names it."""
    if REDIS_URL.startswith("unix://"):
        return f"redis+socket://{REDIS_URL.removeprefix('unix://')}?virtual_host=0"
    return redis_database(0)


CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": redis_database(1),
        "KEY_PREFIX": "rondo",
    }
}
SESSION_ENGINE = "django.contrib.sessions.backends.db"

# --- background work: Celery wakes, rows carry the work --------------------------------------
CELERY_BROKER_URL = broker_address()
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 3600}
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULE = {
    "tick": {"task": "core.tasks.tick", "schedule": 30.0},
    "nightly": {"task": "analytics.tasks.start_due_nightly", "schedule": 600.0},
    # Before the first nights begin in most of our users' zones, and it looks before it works.
    "upkeep": {"task": "crm.tasks.pack_orders", "schedule": crontab(hour="0", minute="10")},
    "retention": {"task": "crm.tasks.let_files_go", "schedule": crontab(hour="0", minute="40")},
}

# --- who may come in --------------------------------------------------------------------------
AUTH_USER_MODEL = "core.User"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("MinimumLengthValidator", "CommonPasswordValidator", "NumericPasswordValidator")
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_ADAPTER = "core.http.accounts.ClosedSignupAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = True
# Failed sign-ins: five in ten minutes for one e-mail, twenty a minute from one address.
ACCOUNT_RATE_LIMITS = {"login_failed": "20/m/ip,5/600s/key"}
# How many proxies of ours stand before us: so many entries of X-Forwarded-For are believed, from
# the right. Behind one that is not counted, everybody would share one address and its limit.
TRUSTED_PROXIES = env.int("TRUSTED_PROXIES", default=0)

# Under https the names bind the cookies to this very host: no other one may set them.
SESSION_COOKIE_NAME = "__Host-sessionid" if BEHIND_TLS else "sessionid"
CSRF_COOKIE_NAME = "__Host-csrftoken" if BEHIND_TLS else "csrftoken"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = BEHIND_TLS
CSRF_COOKIE_SECURE = BEHIND_TLS
CSRF_COOKIE_SAMESITE = "Lax"
SECURE_SSL_REDIRECT = BEHIND_TLS
SECURE_HSTS_SECONDS = 31_536_000 if BEHIND_TLS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = BEHIND_TLS
SECURE_HSTS_PRELOAD = BEHIND_TLS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_TLS else None
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    # The admin's own scripts evaluate expressions; it has a policy of its own (core.http.middleware).
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "frame-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "manifest-src": [SELF],
    },
}
ADMIN_CSP = {"script-src": [SELF, UNSAFE_EVAL, UNSAFE_INLINE], "style-src": [SELF, UNSAFE_INLINE]}
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_048_576
FILE_UPLOAD_MAX_MEMORY_SIZE = 2_621_440
MAX_IMPORT_BYTES = env.int("MAX_IMPORT_BYTES", default=512 * 1024 * 1024)
KEEP_IMPORTS_DAYS = env.int("KEEP_IMPORTS_DAYS", default=30)
MEDIA_ROOT = Path(env.str("MEDIA_ROOT", default=str(RONDO_HOME / "media")))

# --- words and time ---------------------------------------------------------------------------
LANGUAGE_CODE = "ru"
LANGUAGES = [("ru", _("Russian")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = USE_TZ = True
TIME_ZONE = "UTC"

# --- files ------------------------------------------------------------------------------------
STATIC_URL = "static/"
STATIC_ROOT = Path(env.str("STATIC_ROOT", default=str(RONDO_HOME / "static")))
STATICFILES_DIRS = [BASE_DIR / "static"]
WHITENOISE_USE_FINDERS = env.bool("WHITENOISE_USE_FINDERS", default=True)
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}

# --- the API ----------------------------------------------------------------------------------
REST_FRAMEWORK: dict[str, Any] = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["core.api.authentication.ApiKeyAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["core.api.authentication.DenyUnnamed"],
    "DEFAULT_PARSER_CLASSES": ["core.api.parsers.StrictJSONParser"],
    "DEFAULT_RENDERER_CLASSES": ["core.api.renderers.JsonRenderer"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "core.api.problems.exception_handler",
    "DEFAULT_THROTTLE_CLASSES": ["core.api.authentication.KeyThrottle"],
    "DEFAULT_THROTTLE_RATES": {"key": env.str("API_RATE", default="6000/min")},
    "UNAUTHENTICATED_USER": None,
}
SPECTACULAR_SETTINGS: dict[str, Any] = {
    "TITLE": "Rondo API",
    "VERSION": "1",
    "DESCRIPTION": "Customers, orders, points and segments. Errors are problem+json (RFC 9457).",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "COMPONENT_SPLIT_REQUEST": True,
    "OAS_VERSION": "3.1.0",
    "POSTPROCESSING_HOOKS": [],
    "SORT_OPERATION_PARAMETERS": False,
}
UNFOLD: dict[str, Any] = {"SITE_TITLE": "Rondo", "SITE_HEADER": "Rondo", "SHOW_HISTORY": False}

# --- sending ----------------------------------------------------------------------------------
# A channel adapter is named by its key in a Channel row; a new one is a file and a line here.
CHANNEL_ADAPTERS = {
    "smtp": "campaigns.channels.smtp.SmtpAdapter",
    "http_sms": "campaigns.channels.http_sms.HttpSmsAdapter",
}
# How long a worker may keep a message before and after its intent; a provider's call ends sooner.
SEND_CLAIM_SECONDS = env.float("SEND_CLAIM_SECONDS", default=60)
SEND_LEASE_SECONDS = env.float("SEND_LEASE_SECONDS", default=300)
# Only tests and the demo may reach the loopback interface through core.egress.
EGRESS_ALLOW_LOOPBACK = env.bool("EGRESS_ALLOW_LOOPBACK", default=False)
EGRESS_OWN_HOSTS = env.list("EGRESS_OWN_HOSTS", default=[])
LOG_LINE = "%(asctime)s %(levelname)s %(name)s %(message)s"
LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"()": "core.log_lines.MaskingFormatter", "format": LOG_LINE}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="INFO")},
    # A line for each call to a provider is a line for each message.
    "loggers": {"httpx": {"level": "WARNING"}},
}
