"""What a building uses: a baseline from weather and calendar, and what an option would save."""
