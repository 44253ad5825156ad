"""The ports to models: texts, drawings, speech, recordings, and what they took."""
