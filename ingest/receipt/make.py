"""The receipt of a submission, from what is stored."""

from django.utils.translation import gettext as _

from geoportal.lib.errors import DomainError
from geoportal.log.proofs import proof_for, public_keys
from geoportal.log.registry import EVENTS
from ingest.keep_evidence import evidence_of
from ingest.models import Submission
from ingest.receipt.build import build
from ingest.receipt.packing import pack


class NoReceipt(DomainError):
    """The person has left: what they signed was erased, and with it all that a receipt could show."""

    code = "erased"


def make(*, submission: Submission) -> bytes:
    """The bytes of ``receipt.zip``: the same for as long as the submission and the log's head are the same.

    Without the folder ``log/`` while the submission has no place in the log yet. Raises NoReceipt.
    """
    signature = submission.signature
    if submission.content is None or signature.cms is None:
        raise NoReceipt(_("What was signed here was erased at the wish of the person who signed it."))
    event = f"submission.{submission.state}"
    proof = proof_for(row=submission, event=event)
    return pack(
        build(
            statement=bytes(submission.content),
            signature=bytes(signature.cms),
            evidence=evidence_of(signature),
            record=EVENTS[event].content(submission),
            proof=proof,
            keys=public_keys() if proof else (),
        )
    )
