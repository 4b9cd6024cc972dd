"""Addresses."""

from django.urls import URLPattern, URLResolver, path

from layers.api.collections import CollectionView, ItemView
from layers.api.docs import DocsView, SchemaView
from layers.api.search import SearchView
from layers.api.start import StartView
from layers.api.vocabulary import CategoriesView, StatusesView
from layers.catalogue import COLLECTIONS

FIXED: list[URLPattern | URLResolver] = [
    path("v1/", StartView.as_view(), name="api-start"),
    path("v1/search/", SearchView.as_view(), name="api-search"),
    path("v1/categories/", CategoriesView.as_view(), name="api-categories"),
    path("v1/statuses/", StatusesView.as_view(), name="api-statuses"),
]
# The same addresses as below, each collection's by itself: its parameters and fields are its own.
DOCUMENTED: list[URLPattern | URLResolver] = [
    *FIXED,
    *(path(f"v1/{name}/", CollectionView.as_view(documented=name)) for name in COLLECTIONS),
    *(path(f"v1/{name}/<int:id>/", ItemView.as_view(documented=name)) for name in COLLECTIONS),
]
urlpatterns: list[URLPattern | URLResolver] = [
    *FIXED,
    path("v1/<name>/", CollectionView.as_view(), name="api-collection"),
    path("v1/<name>/<int:id>/", ItemView.as_view(), name="api-item"),
    path("schema/", SchemaView.as_view(documented=DOCUMENTED), name="api-schema"),
    path("docs/", DocsView.as_view(), name="api-docs"),
]
