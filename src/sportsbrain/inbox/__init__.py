"""What we were told: sources, raw messages, rejects with their reason."""
