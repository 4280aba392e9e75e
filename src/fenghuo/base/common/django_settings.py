"""Django's settings, derived from ours. Nothing here is meant to be edited per installation: see `settings.py`."""

import os
import secrets as _random
from urllib.parse import unquote, urlsplit

from fenghuo.base.common.i18n import locale_folders
from fenghuo.base.common.secrets import key_file
from fenghuo.base.common.settings import settings

_own = settings()

SECRET_KEY = key_file("secret.key", make=_random.token_urlsafe(48).encode()).decode()
DEBUG = False
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]", *filter(None, _own.allowed_hosts.replace(" ", "").split(","))]
ROOT_URLCONF = "fenghuo.faces.console.urls"
AUTH_USER_MODEL = "accounts.Person"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "axes",
    "fenghuo.base.audit.apps.AuditConfig",
    "fenghuo.base.tables.apps.TablesConfig",
    "fenghuo.base.clocks.apps.ClocksConfig",
    "fenghuo.base.units.apps.UnitsConfig",
    "fenghuo.base.accounts.apps.AccountsConfig",
    "fenghuo.see.inventory.apps.InventoryConfig",
    "fenghuo.see.rulebook.apps.RulebookConfig",
    "fenghuo.see.intel.apps.IntelConfig",
    "fenghuo.see.screening.apps.ScreeningConfig",
    "fenghuo.warn.channels.apps.ChannelsConfig",
    "fenghuo.warn.duty.apps.DutyConfig",
    "fenghuo.warn.early_warnings.apps.EarlyWarningsConfig",
    "fenghuo.warn.notices.apps.NoticesConfig",
    "fenghuo.respond.blocks.apps.BlocksConfig",
    "fenghuo.respond.plans.apps.PlansConfig",
    "fenghuo.respond.tasks.apps.TasksConfig",
    "fenghuo.respond.inspections.apps.InspectionsConfig",
    "fenghuo.respond.incidents.apps.IncidentsConfig",
    "fenghuo.share.blocklists.apps.BlocklistsConfig",
    "fenghuo.share.stix.apps.StixConfig",
    "fenghuo.report.training.apps.TrainingConfig",
    "fenghuo.report.performance.apps.PerformanceConfig",
    "fenghuo.report.holdings.apps.HoldingsConfig",
    "fenghuo.report.surveys.apps.SurveysConfig",
    "fenghuo.report.publication.apps.PublicationConfig",
    "fenghuo.faces.console.apps.ConsoleConfig",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "fenghuo.faces.console.middleware.PersonMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "fenghuo.faces.console.middleware.SecurityHeadersMiddleware",
    "axes.middleware.AxesMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "fenghuo.faces.console.context.frame",
            ],
        },
    }
]

_PRAGMAS = (
    "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-32000;"
    # What another connection wrote drops this one's cache: mapped, the pages need not be read anew by a call each.
    "PRAGMA mmap_size=1073741824;"
    # Who commits moves the log into the file, while others wait: eight times as rarely, and each page once.
    "PRAGMA wal_autocheckpoint=8000;"
)


def _database() -> dict[str, object]:
    if not _own.database_url:
        return {
            "ENGINE": "fenghuo.base.common.sqlite_in_turn",
            "NAME": str(_own.data / "fenghuo.sqlite3"),
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 30,
                "init_command": _PRAGMAS,
            },
            "TEST": {"NAME": str(_own.data / "test.sqlite3")},
        }
    url = urlsplit(_own.database_url)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": url.path.lstrip("/"),
        "USER": unquote(url.username or ""),
        "PASSWORD": unquote(url.password or ""),
        "HOST": url.hostname or "",
        "PORT": str(url.port or ""),
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
    }


DATABASES = {"default": _database()}

PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25
AXES_RESET_ON_SUCCESS = True
AXES_ENABLE_ADMIN = False
AXES_LOCKOUT_CALLABLE = "fenghuo.faces.console.account.views.locked_out"

LOGIN_URL = "account:login"
LOGIN_REDIRECT_URL = "desk:home"
SESSION_COOKIE_NAME = "fenghuo_session"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 12 * 3600
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = bool(os.environ.get("FENGHUO_CONSOLE_CERTIFICATE"))
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
DATA_UPLOAD_MAX_NUMBER_FIELDS = 8000  # a budget table of several hundred rows is one form
DATA_UPLOAD_MAX_MEMORY_SIZE = 16 * 1024 * 1024

LANGUAGE_CODE = _own.language
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
LOCALE_PATHS = [str(folder) for folder in locale_folders()]
LANGUAGE_COOKIE_NAME = "fenghuo_language"
USE_I18N = True
USE_TZ = True
TIME_ZONE = _own.time_zone

STATIC_URL = "/static/"
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(processName)s %(name)s: %(message)s"}},
    "filters": {"without-secrets": {"()": "fenghuo.base.common.logs.WithoutSecrets"}},
    "handlers": {
        "stderr": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["without-secrets"]},
    },
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {"fenghuo": {"level": "INFO"}, "axes": {"level": "ERROR"}},
}
