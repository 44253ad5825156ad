"""The factors by which people prove who they are: passwords, codes, passkeys."""
