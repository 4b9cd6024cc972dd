"""What eGov Mobile shows instead of a session: that it has seen the code on the page of this very text.

Both tokens are made of the text's one-time number with the portal's key. Nothing is stored that could leak,
and they end with the text: it is signed once, and expires. Whoever reads an address in a proxy's log still
lacks the second, which is only ever in a body and a header.
"""

import hmac

from django.utils.crypto import salted_hmac

from ingest.models import SigningRequest

# 128 bits in hexadecimal: nobody guesses it, and the QR code stays coarse enough for old cameras.
LENGTH = 32
SCHEME = "Bearer "


def address_token(request: SigningRequest) -> str:
    return _token("address", request)


def document_token(request: SigningRequest) -> str:
    return _token("document", request)


def is_address_token(given: str, request: SigningRequest) -> bool:
    return hmac.compare_digest(given.encode(), address_token(request).encode())


def bears_document_token(authorization: str, request: SigningRequest) -> bool:
    """``authorization``: the header of that name."""
    expected = f"{SCHEME}{document_token(request)}"
    return hmac.compare_digest(authorization.encode(), expected.encode())


def _token(use: str, request: SigningRequest) -> str:
    digest = salted_hmac(f"geoportal.signing.{use}", request.nonce, algorithm="sha256").hexdigest()
    return digest[:LENGTH]
