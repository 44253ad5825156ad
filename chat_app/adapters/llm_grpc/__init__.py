"""Models through another process, the gateway, by gRPC."""
