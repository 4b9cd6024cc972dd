"""Addresses of the pages that people read. The singular names a feature's page, the plural its list."""

from django.urls import include, path

from geoportal.basemap import basemap_file
from geoportal.pages.feature import feature_page
from geoportal.pages.lists import list_page
from geoportal.pages.log import log_page
from geoportal.pages.map import map_page
from geoportal.pages.signing.views import eds_login
from geoportal.pages.texts import about, help_page, open_data, privacy
from layers.statuses import Kind

urlpatterns = [
    path("", map_page, name="map"),
    path("basemap/<slug:edition>.pmtiles", basemap_file, name="basemap"),
    path("problems/", list_page, {"name": "problems"}, name="problems"),
    path("problems/<int:pk>/", feature_page, {"kind": Kind.PROBLEM}, name="problem"),
    path("needs/", list_page, {"name": "needs"}, name="needs"),
    path("needs/<int:pk>/", feature_page, {"kind": Kind.NEED}, name="need"),
    path("initiatives/", list_page, {"name": "initiatives"}, name="initiatives"),
    path("initiatives/<int:pk>/", feature_page, {"kind": Kind.INITIATIVE}, name="initiative"),
    path("account/eds/", eds_login, name="eds-login"),
    path("sign/", include("geoportal.pages.signing.urls")),
    path("about/", about, name="about"),
    path("help/", help_page, name="help"),
    path("privacy/", privacy, name="privacy"),
    path("open-data/", open_data, name="open-data"),
    path("log/", log_page, name="log"),
]
