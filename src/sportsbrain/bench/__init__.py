"""Benchmarks: each row beside its peer and its limit in one run."""
