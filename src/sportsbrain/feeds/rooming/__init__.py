"""Room lists as delegations and hotels bring them, as a CSV file."""
