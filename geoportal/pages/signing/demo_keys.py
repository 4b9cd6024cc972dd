"""The keys of invented people that a demonstration offers on the page."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from ingest.demo_authority import Person, demo_people


@dataclass(frozen=True)
class DemoKey:
    """``name`` says whose it is and, of a bad one, what is wrong with it: refusals want to be tried too."""

    key: str
    name: str


def demo_keys() -> list[DemoKey]:
    """Empty where there is no demonstration."""
    return [DemoKey(person.key, _name(person)) for person in demo_people()]


def _name(person: Person) -> str:
    about = {"gost": _("GOST"), "rsa": "RSA"}[person.algorithm]
    notes = [about, person.organisation or ""]
    if person.use == "auth":
        notes.append(_("a key for signing in only"))
    if person.condition != "good":
        notes.append({"expired": _("expired"), "revoked": _("revoked")}[person.condition])
    return f"{person.full_name} ({', '.join(note for note in notes if note)})"
