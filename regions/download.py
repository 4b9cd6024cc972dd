"""A file from the network: over HTTP(S) only, with a limit on its size and on the time, checked by its
SHA-256.
"""

import hashlib
import time
from http.client import HTTPException
from urllib.error import URLError
from urllib.request import Request, urlopen

from django.utils.translation import gettext as _

from geoportal.lib.errors import DomainError

CHUNK_BYTES = 1 << 16


class DownloadFailed(DomainError):
    """An address gives nothing, too much, too late, or other bytes than the pinned ones."""

    code = "download_failed"


def download(url: str, *, limit_bytes: int, timeout_s: float, sha256: str = "") -> bytes:
    """The bytes at ``url``. Raises DownloadFailed when they cannot be had whole, in time, and as pinned."""
    if not url.startswith(("https://", "http://")):
        raise DownloadFailed(_("%(url)s is not an HTTP address") % {"url": url})
    deadline = time.monotonic() + timeout_s
    body = bytearray()
    try:
        with urlopen(Request(url, headers={"User-Agent": "geoportal"}), timeout=timeout_s) as response:
            while chunk := response.read1(CHUNK_BYTES):
                body += chunk
                if len(body) > limit_bytes:
                    raise DownloadFailed(
                        _("%(url)s is larger than %(limit)d bytes") % {"url": url, "limit": limit_bytes}
                    )
                if time.monotonic() > deadline:
                    raise DownloadFailed(
                        _("%(url)s took more than %(seconds)d s") % {"url": url, "seconds": timeout_s}
                    )
    except (OSError, HTTPException, ValueError) as error:
        reason = error.reason if isinstance(error, URLError) else error
        raise DownloadFailed(
            _("%(url)s cannot be read: %(reason)s") % {"url": url, "reason": reason}
        ) from error
    if sha256 and hashlib.sha256(body).hexdigest() != sha256:
        raise DownloadFailed(_("%(url)s is not the pinned file: its SHA-256 differs") % {"url": url})
    return bytes(body)
