"""What pages stand in."""
