"""The portal's settings with the addresses of tests/scaling/urls.py; a short limit for one."""

from geoportal.settings import *  # noqa: F403
from geoportal.settings import STATEMENT_LIMITS_MS as LIMITS
from geoportal.settings import STORAGES

ROOT_URLCONF = "tests.scaling.urls"
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
STATEMENT_LIMITS_MS = {"/tiles/slow/": 300, **LIMITS}
