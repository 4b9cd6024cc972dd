"""People and organisations with a key of this authority, who sign as NCALayer does."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from ingest.authority import cms
from ingest.authority.certificates import Certified


@dataclass(frozen=True)
class Holder(Certified):
    """A key, its certificate, and the services that a signature asks: a clock and timestamps."""

    clock: Callable[[], datetime]
    stamp: Callable[[bytes], bytes]

    def sign(
        self,
        content: bytes,
        *,
        attached: bool = False,
        timestamp: bool = True,
        signing_time: datetime | None = None,
        **oddities: Any,
    ) -> bytes:
        """DER of the signed message. ``oddities`` are fields of ``cms.Message`` to replace."""
        message = cms.Message(
            content=content,
            enclosed=content if attached else None,
            attributes=cms.attributes(content, signer=self, at=signing_time or self.clock()),
            certificates=(self.certificate,),
            signature_algorithm=self.key.signature_algorithm,
            stamp=self.stamp if timestamp else None,
        )
        return cms.signed_message(replace(message, **oddities), signer=self)
