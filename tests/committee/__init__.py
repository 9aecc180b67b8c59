"""Tests of who comes in and may do what."""
