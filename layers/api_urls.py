"""Addresses."""

from django.urls import URLPattern, URLResolver, path

from layers.api.changes import ChangesView
from layers.api.collections import CollectionView, ItemView
from layers.api.docs import DocsView, SchemaView
from layers.api.facets import FacetsView, HistogramView
from layers.api.search import SearchView
from layers.api.start import StartView
from layers.api.vocabulary import CategoriesView, StatusesView
from layers.catalogue import COLLECTIONS

FEATURES = [name for name, collection in COLLECTIONS.items() if collection.kind]

urlpatterns: list[URLPattern | URLResolver] = [
    path("v1/", StartView.as_view(), name="api-start"),
    path("v1/search/", SearchView.as_view(), name="api-search"),
    path("v1/categories/", CategoriesView.as_view(), name="api-categories"),
    path("v1/statuses/", StatusesView.as_view(), name="api-statuses"),
    *(path(f"v1/{n}/", CollectionView.as_view(name=n), name=f"api-{n}") for n in COLLECTIONS),
    *(path(f"v1/{n}/<int:id>/", ItemView.as_view(name=n), name=f"api-{n}-item") for n in COLLECTIONS),
    *(path(f"v1/{n}/facets/", FacetsView.as_view(name=n), name=f"api-{n}-facets") for n in FEATURES),
    *(path(f"v1/{n}/histogram/", HistogramView.as_view(name=n), name=f"api-{n}-histogram") for n in FEATURES),
    path("v1/changes/", ChangesView.as_view(), name="api-changes"),
    path("schema/", SchemaView.as_view(), name="api-schema"),
    path("docs/", DocsView.as_view(), name="api-docs"),
]
