"""How full a hall, a laundry or a gym will be in the hours to come, and until when it is quiet."""
