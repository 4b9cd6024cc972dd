"""Django's settings, all from the environment; docs/settings.md documents each, which a test holds."""

from pathlib import Path
from urllib.parse import urlsplit

from django.utils.translation import gettext_lazy as _

from geoportal.csp import static_headers
from geoportal.lib import env, native, process
from geoportal.lib.database import database_settings, for_process, replica_settings
from geoportal.logs import logging_settings

GDAL_LIBRARY_PATH, GEOS_LIBRARY_PATH = native.locate()

BASE_DIR = Path(__file__).resolve().parent.parent

PRODUCTION = env.boolean("GEOPORTAL_PRODUCTION", False)
DEBUG = env.boolean("DEBUG", False)
# A key that everyone can read is no key: the production check refuses it (geoportal/checks.py).
DEVELOPMENT_KEY = "development-only-key-that-the-production-check-refuses-0123456789"
SECRET_KEY = env.text("SECRET_KEY", DEVELOPMENT_KEY, secret=True)
# The key under which IINs are hashed (geoportal/accounts/identity.py): whoever has it and the database can
# find out who is who. It can never change, or nobody is found again.
DEVELOPMENT_PEPPER = "development-only-pepper-that-the-production-check-refuses"
IIN_PEPPER = env.text("IIN_PEPPER", DEVELOPMENT_PEPPER, secret=True)
ALLOWED_HOSTS = list(env.words("ALLOWED_HOSTS", ("*",) if not PRODUCTION else ()))
CSRF_TRUSTED_ORIGINS = list(env.words("CSRF_TRUSTED_ORIGINS"))

BEHIND_PROXY = env.boolean("BEHIND_PROXY", False)
if BEHIND_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    USE_X_FORWARDED_HOST = True

HSTS_SECONDS = env.integer("HSTS_SECONDS", 31_536_000)
if PRODUCTION:
    SECURE_HSTS_SECONDS = HSTS_SECONDS
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SECURE_SSL_REDIRECT = True
    SECURE_REDIRECT_EXEMPT = [r"^(healthz|readyz|metrics)$"]
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True
    LANGUAGE_COOKIE_SECURE = True

INSTALLED_APPS = [
    "procrastinate.contrib.django",
    "geoportal",
    "geoportal.accounts",
    "geoportal.log",
    "regions",
    "layers",
    "ingest",
    "tiles",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.contrib.gis",
    "django.contrib.postgres",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "rest_framework",
    "rest_framework_gis",
    "drf_spectacular",
    "drf_spectacular_sidecar",
]

MIDDLEWARE = [
    "geoportal.requests.RequestLog",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "geoportal.shared_caches.SharedCaches",
    "geoportal.compression.TextCompression",
    "geoportal.cors.OpenData",
    "geoportal.csp.ContentSecurityPolicy",
    # Outside of sessions, whose rows are saved on the way out.
    "geoportal.own_writes.ReadYourOwnWrites",
    "geoportal.time_limits.StatementLimits",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "geoportal.language.ReaderLanguage",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "geoportal.access.HoldToAccess",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "geoportal.problems.ProblemJson",
]

ROOT_URLCONF = "geoportal.urls"
WSGI_APPLICATION = "geoportal.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "geoportal.context.site",
            ]
        },
    }
]

STATEMENT_TIMEOUT_MS = env.integer("STATEMENT_TIMEOUT_MS", 10_000)
# Beginnings of addresses whose statements may take less: who waits for a tile or a list has left by then.
STATEMENT_LIMITS_MS = {
    "/tiles/": 2_000,
    **dict.fromkeys(("/api/", "/problems/", "/needs/", "/initiatives/"), 5_000),
}
# Lower case keeps what may hold a password out of Django's debug pages.
database_url = env.text("DATABASE_URL", "postgresql://geoportal@localhost/geoportal", secret=True)
pooler_url = env.text("DATABASE_POOLER_URL", secret=True)
through_pooler = bool(pooler_url) and process.serves_web
if through_pooler:
    primary = database_settings(pooler_url, setting="DATABASE_POOLER_URL")
else:
    primary = database_settings(database_url)
# Streaming replicas by alias: the reads of requests go there (geoportal/lib/replicas.py).
REPLICAS = {
    f"replica_{number}": replica_settings(url)
    for number, url in enumerate(env.words("DATABASE_REPLICA_URLS", secret=True), 1)
}
REPLICA_MAX_LAG_S = env.integer("REPLICA_MAX_LAG_S", 10)
# Web workers keep connections in a pool (geoportal/wsgi.py asks for it): 5 times the tiles per second,
# measured. There no statement may run for ever. A command has one connection, needs no pool, and may take its
# time.
pool_size = env.integer("DATABASE_POOL_SIZE", 0)
DATABASES = {
    alias: for_process(
        database,
        is_replica=alias in REPLICAS,
        pool_size=pool_size,
        statement_timeout_ms=STATEMENT_TIMEOUT_MS,
        through_pooler=through_pooler,
    )
    for alias, database in {"default": primary, **REPLICAS}.items()
}
DATABASE_ROUTERS = ["geoportal.lib.replicas.Router"] if REPLICAS else []

# The snapshot of columns (layers/snapshot): where its files are, and how often a web process asks what has
# changed. A command has none.
SNAPSHOT_DIR = Path(env.text("SNAPSHOT_DIR", str(BASE_DIR / "var" / "snapshot")))
SNAPSHOT_POLL_MS = env.integer("SNAPSHOT_POLL_MS", 0)

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "accounts.User"
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "account"
# Stands in every text that people sign: a signature for another portal is none for this one.
PORTAL_ORIGIN = env.origin("PORTAL_ORIGIN", "http://127.0.0.1:8000")
# How many texts one person, or one browser that signs in, may ask to sign within an hour.
SIGNING_REQUESTS_PER_HOUR = env.integer("SIGNING_REQUESTS_PER_HOUR", 20)
SESSION_ENGINE = "geoportal.accounts.sessions"
SESSION_COOKIE_AGE = 14 * 24 * 3600
# Gone with the browser; signing out takes it away too.
CSRF_COOKIE_AGE = None
# Staff sign in by e-mail and password (docs/people.md); citizens by what geoportal.accounts has itself.
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_ADAPTER = "geoportal.pages.account.adapters.AccountAdapter"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
# No mail to addresses that nobody has here: the portal is no means of writing to strangers.
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_FORMS = {
    "login": "geoportal.pages.account.forms.LoginForm",
    "reauthenticate": "geoportal.pages.account.forms.ReauthenticateForm",
    "change_password": "geoportal.pages.account.forms.ChangePasswordForm",
    "reset_password": "geoportal.pages.account.forms.ResetPasswordForm",
    "reset_password_from_key": "geoportal.pages.account.forms.ResetPasswordKeyForm",
}
MFA_FORMS = {
    "authenticate": "geoportal.pages.account.forms.CodeForm",
    "reauthenticate": "geoportal.pages.account.forms.CodeAgainForm",
    "activate_totp": "geoportal.pages.account.forms.ActivateForm",
}
ACCOUNT_RATE_LIMITS = {
    "login": "20/m/ip",
    "sign_in_link": "20/h/ip,3/10m/key",
    "invitation": "20/h/ip",
    "verify": "30/m/ip",
    # Many people of a mobile operator may share an address.
    "eds_login": "300/h/ip",
    "signature": "60/m/ip",
}
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if BEHIND_PROXY else 0
MFA_ADAPTER = "geoportal.pages.account.adapters.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Geoportal"
# A code of the step before or after counts too: clocks differ, and typing takes time (RFC 6238, 5.2).
MFA_TOTP_TOLERANCE = 1
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"geoportal.accounts.passwords.{name}", "OPTIONS": options}
    for name, options in (
        ("NotLikeThePerson", {"user_attributes": ("email", "display_name")}),
        ("LongEnough", {"min_length": 12}),
        ("NotCommon", {}),
        ("NotNumeric", {}),
    )
]
# Without a mail server a development portal prints its mails where the worker runs.
EMAIL_HOST = env.text("EMAIL_HOST", "localhost" if PRODUCTION else "")
EMAIL_BACKEND = f"django.core.mail.backends.{'smtp' if EMAIL_HOST else 'console'}.EmailBackend"
EMAIL_PORT = env.integer("EMAIL_PORT", 25)
EMAIL_HOST_USER = env.text("EMAIL_HOST_USER")
EMAIL_HOST_PASSWORD = env.text("EMAIL_HOST_PASSWORD", secret=True)
EMAIL_USE_TLS = env.boolean("EMAIL_USE_TLS", False)
EMAIL_USE_SSL = env.boolean("EMAIL_USE_SSL", False)
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = env.text("EMAIL_FROM", f"Geoportal <noreply@{urlsplit(PORTAL_ORIGIN).hostname}>")
# What one web process remembers, and what all must know of each other: limits of attempts, used codes.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "shared_cache",
        # Who floods it with attempts must not push out what counts them.
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    },
    "process": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
}
DEFAULT_EXCEPTION_REPORTER_FILTER = "geoportal.debug_pages.HidePepper"
CSRF_FAILURE_VIEW = "geoportal.error_pages.csrf_failure"

LANGUAGE_CODE = "kk"
LANGUAGES = [("kk", _("Kazakh")), ("ru", _("Russian")), ("en", _("English"))]
LANGUAGE_COOKIE_NAME = "language"
LOCALE_PATHS = [BASE_DIR / "geoportal" / "locale"]
USE_I18N = True
# Kazakh dates and numbers, which Django lacks (geoportal/formats/).
FORMAT_MODULE_PATH = ["geoportal.formats"]
USE_TZ = True
TIME_ZONE = "Asia/Almaty"

STATIC_URL = "/static/"
STATIC_ROOT = Path(env.text("STATIC_ROOT", str(BASE_DIR / "var" / "static")))
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_ADD_HEADERS_FUNCTION = static_headers
# Files that people attach: not to be made again, so `geoportal backup` takes them along.
MEDIA_ROOT = Path(env.text("MEDIA_ROOT", str(BASE_DIR / "var" / "media")))

# The jurisdiction shown when an address names none (a code of regions.Jurisdiction).
DEFAULT_JURISDICTION = env.text("DEFAULT_JURISDICTION", "kz")
# Whether `make run` fills an empty portal with a demonstration country.
SEED_DEMO = env.boolean("GEOPORTAL_DEMO", not PRODUCTION)
# Invented people who can sign without a key of the National Certification Authority, and the folder of the
# authority behind them (ingest/demo_authority.py).
DEMO_AUTHORITY = env.boolean("DEMO_AUTHORITY", not PRODUCTION)
DEMO_AUTHORITY_DIR = Path(env.text("DEMO_AUTHORITY_DIR", str(BASE_DIR / "var" / "demo_authority")))
# The National Certification Authority (ingest/eds): SHA-256 fingerprints of its roots and issuing authorities
# and the folder of their certificates, which `geoportal fetch_anchors` fills; where revocation is asked, by
# issuing authority. Certificates name addresses too, which are never followed.
NCA_GOST = "32c7d233a42703a327f3025543a05b930e3f39a786c68dfa196baa86d5618524"
NCA_RSA = "84fb799a66140950818c056a5d9730acc2a7622cdd4ef0d47113b132fb892905"
EDS_ANCHORS = env.fingerprints(
    "EDS_ANCHORS",
    (
        "af77725f8328bb24f89d81da3acdf7cee4324248538b7ba2cd2a860517fb9dca",
        NCA_GOST,
        "9ba06354b626641715182e4d07c9dbaa1777720fa795d03174ffc68876535dcd",
        NCA_RSA,
    ),
)
EDS_ANCHORS_DIR = Path(env.text("EDS_ANCHORS_DIR", str(BASE_DIR / "var" / "anchors")))
EDS_OCSP_URL = env.text("EDS_OCSP_URL", "http://ocsp.pki.gov.kz/")
EDS_CRL_URLS = env.by_fingerprint(
    "EDS_CRL_URLS",
    {
        NCA_GOST: "http://crl.pki.gov.kz/nca_gost_2022.crl",
        NCA_RSA: "http://crl.pki.gov.kz/nca_rsa_2022.crl",
    },
)
EDS_DELTA_URLS = env.by_fingerprint(
    "EDS_DELTA_URLS",
    {
        NCA_GOST: "http://crl.pki.gov.kz/nca_d_gost_2022.crl",
        NCA_RSA: "http://crl.pki.gov.kz/nca_d_rsa_2022.crl",
    },
)
EDS_TIMEOUT_S = env.integer("EDS_TIMEOUT_S", 8)
# Real files used for trying the product and by the tests; also where geokz boundaries are looked for.
DATA_DIR = Path(env.text("GEOPORTAL_DATA_DIR", str(BASE_DIR.parent / "shared" / "data")))
# Where geokz boundaries are fetched from when they are not in DATA_DIR (files are pinned by SHA-256), and the
# file of amCharts that set-up takes out of an npm package for machines that reach neither.
GEOKZ_URL = env.text(
    "GEOKZ_URL",
    "https://raw.githubusercontent.com/arodionoff/geokz/41c1a00454ec9e01bda031b5074920bd82de02ce/inst/shape",
)
AMCHARTS_FILE = Path(
    env.text("AMCHARTS_FILE", str(BASE_DIR / "var" / "boundaries" / "kazakhstan2023Low.json"))
)
# A street-level basemap: the address of a MapLibre style, or a .pmtiles file served by the portal itself.
BASEMAP_STYLE_URL = env.text("BASEMAP_STYLE_URL")
BASEMAP_PMTILES = env.text("BASEMAP_PMTILES")
# Other hosts that this style takes tiles, letters and icons from: the page's policy must allow them.
BASEMAP_ORIGINS = env.words("BASEMAP_ORIGINS")
BASEMAP_ATTRIBUTION = env.text("BASEMAP_ATTRIBUTION")
# An external geocoder for street addresses (Photon-compatible), asked by the server, never by the page.
GEOCODER_URL = env.text("GEOCODER_URL")

# Signing on a phone by eGov Mobile (geoportal/pages/signing), which the state must have allowed for this host
# name; who asks for the signature, as the app shows it.
EGOV_MOBILE = env.boolean("EGOV_MOBILE", False)
EGOV_MOBILE_NAME_KK = env.text("EGOV_MOBILE_NAME_KK")
EGOV_MOBILE_NAME_RU = env.text("EGOV_MOBILE_NAME_RU")
EGOV_MOBILE_NAME_EN = env.text("EGOV_MOBILE_NAME_EN")
EGOV_MOBILE_BIN = env.text("EGOV_MOBILE_BIN")
# The public log (geoportal/log): its name, which is for ever, and the folder of its private keys and of the
# last head that they signed. Without them a copy of the database can sign nothing.
LOG_ORIGIN = env.text(
    "LOG_ORIGIN", f"{ALLOWED_HOSTS[0].lstrip('.')}/log" if PRODUCTION and ALLOWED_HOSTS else "localhost/log"
)
LOG_KEY_DIR = Path(env.text("LOG_KEY_DIR", str(BASE_DIR / "var" / "log")))

# Who may read /metrics: the bearer of this token, else only programs on this machine.
METRICS_TOKEN = env.text("METRICS_TOKEN", secret=True)
LOGGING = logging_settings(format=env.text("LOG_FORMAT"), level=env.text("LOG_LEVEL", "INFO"))

REST_FRAMEWORK = {
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.AllowAny"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "geoportal.problems.rest_exception",
    "UNAUTHENTICATED_USER": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Civic geoportal of Kazakhstan",
    "DESCRIPTION": "Needs, initiatives and problems of Kazakhstan's regions as open data.",
    "VERSION": "1",
    "LICENSE": {"name": "CC BY 4.0", "url": "https://creativecommons.org/licenses/by/4.0/"},
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    # Without the second, the page asks a validator on another host for a badge.
    "SWAGGER_UI_SETTINGS": {"deepLinking": True, "validatorUrl": None},
}
