"""How a model reads messages: speakers, times and files as lines that nobody can forge."""
