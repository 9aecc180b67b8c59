"""Messages of the results feed that large games use, supplied by the user."""
