"""Words of the shop for templates."""
