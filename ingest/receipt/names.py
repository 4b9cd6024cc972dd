"""The files of a receipt, in the order in which they are packed."""

README = {language: f"README.{language}.txt" for language in ("kk", "ru", "en")}
MANIFEST = "receipt.json"
RECORD = "record.json"
STATEMENT = "statement.txt"
SIGNATURE = "signature.p7s"
PATH = ("evidence/signer.pem", "evidence/authority.pem", "evidence/root.pem")
OCSP = "evidence/ocsp.der"
LISTS = ("evidence/full.crl", "evidence/delta.crl")
TIMESTAMP = "evidence/timestamp.der"
TIMESTAMP_PATH = (
    "evidence/timestamp-signer.pem",
    "evidence/timestamp-authority.pem",
    "evidence/timestamp-root.pem",
)
ENTRY = "log/entry.json"
PROOF = "log/proof.json"
CHECKPOINT = "log/checkpoint.txt"
KEYS = "log/keys.txt"

LOG = (ENTRY, PROOF, CHECKPOINT, KEYS)
# What no receipt is without.
NEEDED = (*README.values(), MANIFEST, RECORD, STATEMENT, SIGNATURE, *PATH)
ALL = (*NEEDED, OCSP, *LISTS, TIMESTAMP, *TIMESTAMP_PATH, *LOG)
