"""Record how far each person has read and received messages."""
