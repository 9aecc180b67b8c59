"""The competition: its timetable, planned, compared, published."""
