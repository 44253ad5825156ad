"""What members may do in a room as it is."""
