"""Lists of arrivals and departures, as a CSV file: who comes by which flight with how many bags."""
