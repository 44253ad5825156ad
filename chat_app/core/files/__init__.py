"""Files in rooms: uploaded, checked, sent with messages, given to people and to models."""
