"""Invented Games of three sizes from a seed, for demos, tests and benchmarks."""
