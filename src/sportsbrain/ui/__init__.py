"""Shared page furniture: base template, stylesheet, components."""
