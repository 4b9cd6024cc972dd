"""Addresses of the pages that people read. The singular names a feature's page, the plural its list."""

from django.urls import include, path

from geoportal.basemap import basemap_file
from geoportal.pages.feature import feature_page
from geoportal.pages.lists import list_page
from geoportal.pages.log import log_page
from geoportal.pages.map import map_page
from geoportal.pages.report import report_problem, revise_problem
from geoportal.pages.signing.views import eds_login
from geoportal.pages.submissions import receipt, submission_page
from geoportal.pages.texts import about, help_page, open_data, privacy
from geoportal.pages.verify import verify_page
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
    path("report/problem/", report_problem, name="report-problem"),
    path("report/problem/<int:pk>/", revise_problem, name="revise-problem"),
    path("account/eds/", eds_login, name="eds-login"),
    path("sign/", include("geoportal.pages.signing.urls")),
    path("about/", about, name="about"),
    path("help/", help_page, name="help"),
    path("privacy/", privacy, name="privacy"),
    path("open-data/", open_data, name="open-data"),
    path("log/", log_page, name="log"),
    path("submissions/<uuid:pk>/", submission_page, name="submission"),
    path("submissions/<uuid:pk>/receipt.zip", receipt, name="receipt"),
    path("verify/", verify_page, name="verify"),
]
