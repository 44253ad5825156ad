"""What a request passes before its endpoint."""
