"""Where articles lie: what to move between warehouse and stores tonight, a season of it."""
