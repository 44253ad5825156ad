"""The front end: its build and its files."""
