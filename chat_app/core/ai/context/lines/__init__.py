"""Format messages for a model: lines with speakers, times and files, which no text of a message can forge."""
