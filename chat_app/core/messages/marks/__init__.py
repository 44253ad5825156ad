"""The marks that people give messages: reactions, pins, stars and ratings."""
