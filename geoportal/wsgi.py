"""The web process: WSGI, because GeoDjango leaks a GEOS handle a request under ASGI (Django 29878)."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "geoportal.settings")
os.environ.setdefault("DATABASE_POOL_SIZE", "4")
os.environ.setdefault("SNAPSHOT_POLL_MS", "300")

from geoportal.lib import process
from geoportal.metrics_folder import share_between_workers

process.is_web()  # before settings are read
share_between_workers()  # before anything imports prometheus_client, which looks for the folder once

from django.core.wsgi import get_wsgi_application  # noqa: E402 - see above

portal = get_wsgi_application()

# What it imports needs Django set up.
from geoportal.known_tiles import KnownTiles  # noqa: E402

application = KnownTiles(portal)
