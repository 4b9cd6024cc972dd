"""Addresses of operations. No trailing slash: these are the names that probes expect."""

from django.urls import path

from geoportal import operations

urlpatterns = [
    path("healthz", operations.healthz, name="healthz"),
    path("readyz", operations.readyz, name="readyz"),
    path("metrics", operations.prometheus, name="metrics"),
]
