"""The public log: an append-only Merkle tree of what the portal has recorded (docs/log.md)."""
