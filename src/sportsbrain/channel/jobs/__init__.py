"""What runs by itself: the publisher with its shelf and journal; the server of pages and deltas."""
