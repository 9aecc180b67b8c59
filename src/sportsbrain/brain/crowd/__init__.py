"""Crowds at venues: how they come in, wait, walk out; queues exactly, walkways person by person."""
