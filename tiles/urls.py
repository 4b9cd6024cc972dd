"""Addresses."""

from django.urls import path

from tiles import views

urlpatterns = [
    path("<name>.json", views.description, name="tilejson"),
    path("<name>/<int:z>/<int:x>/<int:y>.mvt", views.tile, name="tile"),
]
