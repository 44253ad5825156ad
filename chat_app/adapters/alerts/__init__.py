"""Send alerts out: short messages by Twilio, and signed webhooks."""
