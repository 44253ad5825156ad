"""How far each person has read and received messages."""
