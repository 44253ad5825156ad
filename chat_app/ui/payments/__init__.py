"""Plans, packs and payments."""
