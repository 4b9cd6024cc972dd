"""Every address of the portal, app by app; the promises are listed in docs/addresses.md."""

from django.urls import include, path

urlpatterns = [
    path("", include("geoportal.page_urls")),
    path("", include("geoportal.operations_urls")),
    path("account/", include("geoportal.pages.account.urls")),
    path("tiles/", include("tiles.urls")),
    path("log/", include("geoportal.log.urls")),
    path("api/", include("layers.api_urls")),
]

handler400 = "geoportal.error_pages.bad_request"
handler403 = "geoportal.error_pages.forbidden"
handler404 = "geoportal.error_pages.not_found"
handler500 = "geoportal.error_pages.server_error"
