"""Lists of rides that somebody books with the car pool, as a CSV file."""
