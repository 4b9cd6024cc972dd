"""People by the keyed hash of their IIN."""

import hashlib
import hmac
import threading

import pytest
from django.conf import LazySettings
from django.db import connection

from geoportal.accounts.identity import iin_hash, person_of
from geoportal.accounts.models import User
from tests.geoportal.accounts.people import BEGINNING, IIN, OTHER_IIN


def test_the_hash_is_hmac_sha256_under_the_pepper(settings: LazySettings) -> None:
    settings.IIN_PEPPER = "some pepper"
    assert iin_hash(IIN) == hmac.digest(b"some pepper", IIN.encode(), hashlib.sha256)


def test_another_pepper_gives_another_hash(settings: LazySettings) -> None:
    settings.IIN_PEPPER = "one"
    first = iin_hash(IIN)
    settings.IIN_PEPPER = "two"
    assert iin_hash(IIN) != first


@pytest.mark.django_db
def test_the_same_iin_is_the_same_person() -> None:
    first = person_of(iin=IIN, at=BEGINNING)
    assert person_of(iin=IIN, at=BEGINNING) == first
    assert person_of(iin=OTHER_IIN, at=BEGINNING) != first
    assert (first.email, first.display_name, first.created_at) == (None, "", BEGINNING)
    assert not first.has_usable_password()


@pytest.mark.django_db(transaction=True)
def test_two_sign_ins_at_once_make_one_person() -> None:
    found: list[int] = []
    barrier = threading.Barrier(4)

    def sign_in() -> None:
        try:
            barrier.wait()
            found.append(person_of(iin=IIN, at=BEGINNING).pk)
        finally:
            connection.close()

    threads = [threading.Thread(target=sign_in) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 4
    assert len(set(found)) == 1
    assert User.objects.count() == 1
