"""Addresses of the log for programs; ``/log/`` itself is a page (geoportal/pages/log.py)."""

from django.urls import path

from geoportal.log import api

urlpatterns = [
    path("checkpoint", api.checkpoint, name="log-checkpoint"),
    path("tile/entries/<path:place>", api.entry_tile, name="log-entry-tile"),
    path("tile/<int:level>/<path:place>", api.tile, name="log-tile"),
    path("entries/", api.entries, name="log-entries"),
    path("entries/<int:index>/", api.entry, name="log-entry"),
    path("proof/inclusion", api.inclusion_proof, name="log-inclusion"),
    path("proof/consistency", api.consistency_proof, name="log-consistency"),
    path("keys", api.public_keys, name="log-keys"),
]
