"""Words of people for pages."""
