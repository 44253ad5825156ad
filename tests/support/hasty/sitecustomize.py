"""Loaded by a gateway of the browser tests: it waits for vendors for seconds, and not for a minute."""

from functools import partial

from chat_app.bootstrap.ai import models

models.LlmConfig = partial(models.LlmConfig, first_piece_seconds=3.0, silence_seconds=3.0)  # type: ignore[misc]
