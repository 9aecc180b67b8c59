"""The Games tables: CSV folders and workbooks, ours and other people's."""
