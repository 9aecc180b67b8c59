"""What fans are told. Empty until its issue comes."""
