"""What answers cost, and who pays."""
