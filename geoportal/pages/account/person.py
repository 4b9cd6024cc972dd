"""The person of a request, for views that the table of access keeps others out of."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from geoportal.accounts.models import User


def person_of_request(request: HttpRequest) -> User:
    """Raises PermissionDenied when nobody is signed in: a view must not count on the table alone."""
    if not isinstance(request.user, User):
        raise PermissionDenied("nobody is signed in")
    return request.user
