"""What ``geoportal verify`` does, and says on a terminal (docs/receipts.md)."""
