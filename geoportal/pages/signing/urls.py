"""Below ``/sign/``: a page for each text to be signed, and what eGov Mobile asks for."""

from django.urls import path

from geoportal.pages.signing import egov_api, mobile, views

urlpatterns = [
    path("<uuid:pk>/", views.sign_page, name="sign"),
    path("<uuid:pk>/text/", views.signed_text, name="sign-text"),
    path("<uuid:pk>/again/", views.sign_again, name="sign-again"),
    path("<uuid:pk>/mobile/", mobile.mobile_page, name="sign-mobile"),
    path("<uuid:pk>/mobile/status/", mobile.mobile_status, name="sign-mobile-status"),
    path("<uuid:pk>/mobile/finish/", mobile.mobile_finish, name="sign-mobile-finish"),
    path("<uuid:pk>/mobile/<slug:token>/", egov_api.egov_request, name="egov-mobile-request"),
    path("<uuid:pk>/mobile/<slug:token>/document/", egov_api.egov_document, name="egov-mobile-document"),
]
