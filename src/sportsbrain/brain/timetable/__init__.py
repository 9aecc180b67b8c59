"""The competition timetable: units placed in time on fields of play."""
