"""A signature as a form brings it: from NCALayer in a field, as a file, or made by a demonstration key."""

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from geoportal.lib.errors import DomainError
from ingest.demo_authority import sign_as

# A CMS with certificates and a timestamp has 5 to 15 KB; the verifier has a limit of its own.
MAX_BYTES = 128 * 1024


class NothingReceived(DomainError):
    code = "nothing_received"


def received_signature(request: HttpRequest, content: bytes) -> bytes:
    """The signature (DER, PEM or base64) over ``content``. ``NothingReceived`` names the field at fault."""
    if settings.DEMO_AUTHORITY and "demo_person" in request.POST:
        return sign_as(request.POST["demo_person"], content)
    file = request.FILES.get("file")
    if isinstance(file, UploadedFile):
        return _uploaded(file)
    signature = request.POST.get("signature", "").strip().encode()
    if not signature or len(signature) > MAX_BYTES:
        raise NothingReceived(_("No signature has arrived. Sign once more."), field="signature")
    return signature


def _uploaded(file: UploadedFile) -> bytes:
    if not file.size:
        raise NothingReceived(_("The file is empty. Choose the file that the program made."), field="file")
    if file.size > MAX_BYTES:
        raise NothingReceived(
            _(
                "The file is too large for a signature. Choose the file that the program made, "
                "not the document."
            ),
            field="file",
        )
    return file.read()
