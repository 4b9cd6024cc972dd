"""The web process: WSGI, because GeoDjango leaks a GEOS handle a request under ASGI (Django 29878)."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "geoportal.settings")
os.environ.setdefault("DATABASE_POOL_SIZE", "4")
os.environ.setdefault("SNAPSHOT_POLL_MS", "300")

# Before anything imports prometheus_client, which looks for the folder once.
from geoportal.metrics_folder import share_between_workers

share_between_workers()

from django.core.wsgi import get_wsgi_application  # noqa: E402 - see above

portal = get_wsgi_application()

# What it imports needs Django set up.
from geoportal.known_tiles import KnownTiles  # noqa: E402

application = KnownTiles(portal)
