"""``geoportal demo_authority``: the invented people who can sign, and the authority behind them."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import PrivateFormat, pkcs12
from cryptography.x509 import load_der_x509_certificate
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from ingest.authority import profiles
from ingest.authority.authority import Authority
from ingest.authority.holders import Holder
from ingest.authority.keys import RsaKey
from ingest.authority.server import server_of
from ingest.authority.site import OCSP_PATH, TSP_PATH, Site
from ingest.demo_authority import DemoAuthorityBroken, demo_authorities, demo_holder, demo_people, folder

# Nothing is secret here: whoever reads this may sign as these people, who do not exist.
PASSWORD = "demonstration"


class Command(BaseCommand):
    help = "Shows, exports or serves the authority of the demonstration (docs/demo_authority.md)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--export", metavar="FOLDER", type=Path, help="certificates, and keys as PKCS#12")
        parser.add_argument("--serve", action="store_true", help="OCSP, lists and timestamps on this machine")
        parser.add_argument("--port", type=int, default=0, help="of --serve; default: a free one")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO_AUTHORITY:
            raise CommandError(_("DEMO_AUTHORITY is off: there is no demonstration here"))
        try:
            authorities = demo_authorities()
        except DemoAuthorityBroken as error:
            raise CommandError(str(error)) from error
        self.show(authorities)
        if options["export"]:
            self.export(authorities, options["export"])
        if options["serve"]:
            self.serve(authorities, options["port"])

    def show(self, authorities: tuple[Authority, ...]) -> None:
        self.stdout.write(_("The authority of the demonstration is in %(folder)s") % {"folder": folder()})
        for authority in authorities:
            self.stdout.write(f"  {authority.algorithm}  SHA-256 {authority.root.fingerprint}")
        for person in demo_people():
            whose = person.organisation or ""
            said = (person.key, person.algorithm, person.use, person.condition, person.full_name, whose)
            self.stdout.write("  ".join(said).rstrip())

    def export(self, authorities: tuple[Authority, ...], target: Path) -> None:
        try:
            target.mkdir(parents=True, exist_ok=True)
            for authority in authorities:
                _write_authority(authority, target)
        except OSError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            _("Written to %(folder)s; the password of the keys is %(password)s")
            % {"folder": target, "password": PASSWORD}
        )

    def serve(self, authorities: tuple[Authority, ...], port: int) -> None:
        try:
            server = server_of(Site(authorities), port=port)
        except OSError as error:
            raise CommandError(str(error)) from error
        with server:
            address = f"http://127.0.0.1:{server.server_port}"
            paths = [OCSP_PATH, TSP_PATH]
            for authority in authorities:
                paths += [profiles.crl_path(authority.algorithm), profiles.delta_path(authority.algorithm)]
            self.stdout.write("\n".join(address + path for path in paths))
            self.stdout.flush()
            try:
                server.serve_forever()
            except KeyboardInterrupt:
                self.stdout.write(_("Stopped."))


def _write_authority(authority: Authority, target: Path) -> None:
    """Its certificates, and of its people the certificates and, where they are RSA, the keys."""
    for name in ("root", "issuing"):
        (target / f"{name}_{authority.algorithm}.cer").write_bytes(getattr(authority, name).certificate)
    for person in demo_people():
        if person.algorithm != authority.algorithm:
            continue
        holder = demo_holder(person.key)
        (target / f"{person.key}.cer").write_bytes(holder.certificate)
        if isinstance(holder.key, RsaKey):
            (target / f"{person.key}.p12").write_bytes(_pkcs12(holder, holder.key, authority))


def _pkcs12(holder: Holder, key: RsaKey, authority: Authority) -> bytes:
    """With the algorithms that the Java of NCALayer has read since its first version."""
    old_and_readable = (
        PrivateFormat.PKCS12.encryption_builder()
        .kdf_rounds(2048)
        .key_cert_algorithm(pkcs12.PBES.PBESv1SHA1And3KeyTripleDESCBC)
        .hmac_hash(hashes.SHA1())
        .build(PASSWORD.encode())
    )
    chain = [load_der_x509_certificate(one.certificate) for one in (authority.issuing, authority.root)]
    certificate = load_der_x509_certificate(holder.certificate)
    return pkcs12.serialize_key_and_certificates(b"demo", key.private, certificate, chain, old_and_readable)
