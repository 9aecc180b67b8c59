"""What just happened: the append-only log, cursors, streaming."""
