"""The ports to models: text, pictures, speech, transcription, and the usage of tokens."""
