"""Composition root: settings, URLs, ASGI, the API root, the command line root."""
