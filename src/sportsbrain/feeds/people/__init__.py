"""Lists of people with photographs: CSV, a workbook, or a ZIP of one of them and pictures."""
