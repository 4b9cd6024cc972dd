"""The web process: WSGI, because GeoDjango leaks a GEOS handle per request under ASGI (Django ticket 29878)."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "geoportal.settings")
os.environ.setdefault("DATABASE_POOL_SIZE", "4")

from django.core.wsgi import get_wsgi_application

application = get_wsgi_application()
