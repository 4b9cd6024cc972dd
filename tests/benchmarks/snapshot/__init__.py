"""Tiles, counts and freshness of the column snapshot, measured; docs/benchmarks.md is written from a run."""
