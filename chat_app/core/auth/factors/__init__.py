"""What people prove themselves by: passwords, codes, passkeys."""
