"""What answers of models are beside their texts: branches, ratings, calls of tools."""
