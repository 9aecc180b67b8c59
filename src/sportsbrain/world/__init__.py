"""What is true: the facts of a Games."""
