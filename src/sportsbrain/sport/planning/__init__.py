"""Build, solve and check timetables; the only door of the slice into the brain."""
