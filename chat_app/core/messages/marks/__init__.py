"""What people mark messages with: reactions, pins, stars and ratings."""
