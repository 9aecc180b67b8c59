"""Who wants to be where: arrivals and departures of every client group in 15-minute steps."""
