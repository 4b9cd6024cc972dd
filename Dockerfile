# The portal without its database: `docker compose up` gives it one.
FROM python:3.11-slim-bookworm

ENV PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 PIP_NO_CACHE_DIR=1 \
    PATH=/app/.venv/bin:$PATH HOST=0.0.0.0 PORT=8000
WORKDIR /app

# pg_dump and pg_restore, of the version of docker-compose.yml's database, for `geoportal backup`.
RUN apt-get update && apt-get install -y --no-install-recommends postgresql-client-15 && rm -rf /var/lib/apt/lists/*

# First what changes seldom: the locked packages, by the same code as `make run`.
# A DATABASE_URL, whatever it says, means that no PostgreSQL has to be installed here.
COPY requirements.txt requirements-dev.txt package.json package-lock.json .npmrc ./
COPY geoportal/__init__.py geoportal/
COPY geoportal/bootstrap geoportal/bootstrap
RUN DATABASE_URL=elsewhere /usr/local/bin/python -m geoportal.bootstrap install \
    && rm -rf /root/.npm node_modules/.cache

COPY . .
# /srv/snapshot, /srv/demo, /srv/log: a new volume takes over its owner; a folder of the engine's own making would be root's.
RUN geoportal prepare --files-only \
    && useradd --system --uid 10001 --home-dir /app geoportal \
    && chown -R geoportal var \
    && install --directory --owner=geoportal /srv/snapshot \
    && install --directory --owner=geoportal --mode=700 /srv/demo /srv/log

USER geoportal
EXPOSE 8000
CMD ["python", "-m", "geoportal.bootstrap", "web"]
