"""Pictures of people and assistants: small squares, kept where files are kept."""
