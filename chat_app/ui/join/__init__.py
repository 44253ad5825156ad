"""Coming into a room by an invite link."""
