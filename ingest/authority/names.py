"""Distinguished names as the national authority writes them."""

from ingest.authority import oids
from ingest.authority.der import oid, printable, sequence, set_of, utf8

PRINTABLE = {oids.COUNTRY, oids.SERIAL_NUMBER}


def name(*attributes: tuple[str, str]) -> bytes:
    """DER of a name; each attribute (OID, text) is a relative name of its own."""
    return sequence(
        *(
            set_of(sequence(oid(kind), printable(text) if kind in PRINTABLE else utf8(text)))
            for kind, text in attributes
        )
    )


def person(*, iin: str, surname: str, given_name: str, patronymic: str = "") -> list[tuple[str, str]]:
    """Attributes of an individual: GIVENNAME holds the patronymic, the given name stands in CN alone."""
    return [
        (oids.COMMON_NAME, f"{surname} {given_name}"),
        (oids.SURNAME, surname),
        (oids.SERIAL_NUMBER, f"IIN{iin}"),
        (oids.COUNTRY, "KZ"),
        *([(oids.GIVEN_NAME, patronymic)] if patronymic else []),
    ]


def representative(
    *, iin: str, surname: str, given_name: str, patronymic: str = "", organisation: str, bin: str
) -> list[tuple[str, str]]:
    """Attributes of a person who acts for an organisation."""
    return [
        *person(iin=iin, surname=surname, given_name=given_name, patronymic=patronymic),
        (oids.ORGANISATION, organisation),
        (oids.UNIT, f"BIN{bin}"),
    ]


def service(common_name: str, organisation: str = "") -> list[tuple[str, str]]:
    """Attributes of an authority, a responder or a timestamping service."""
    return [
        (oids.COMMON_NAME, common_name),
        (oids.COUNTRY, "KZ"),
        *([(oids.ORGANISATION, organisation)] if organisation else []),
    ]
