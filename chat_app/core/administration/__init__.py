"""Running the site: its people, figures, rooms and settings, for its staff."""
