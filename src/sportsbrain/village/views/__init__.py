"""Pages of the village."""
