"""Errors of saved prompts."""

from chat_app.core.kernel.errors import Conflict, Invalid, NotFound


class PromptNotFound(NotFound):
    """No such prompt, or it is another person's and not shared with the actor."""

    default_code = "prompt_not_found"


class PromptNameInvalid(Invalid):
    """A prompt's name must be one word of letters, digits and hyphens, at most ``maximum`` characters."""

    default_code = "prompt_name_invalid"


class PromptNameTaken(Conflict):
    """The owner has another prompt of this name."""

    default_code = "prompt_name_taken"


class PromptDescriptionTooLong(Invalid):
    """A prompt's description has at most ``maximum`` characters."""

    default_code = "prompt_description_too_long"


class PromptTextInvalid(Invalid):
    """A prompt's text must have 1 to ``maximum`` characters."""

    default_code = "prompt_text_invalid"


class TooManyVariables(Invalid):
    """A prompt's text has at most ``maximum`` variables."""

    default_code = "prompt_variables_limit"


class PromptValuesTooLong(Invalid):
    """The values of a prompt's variables have at most ``maximum`` characters together."""

    default_code = "prompt_values_long"


class PromptsFull(Conflict):
    """The owner already has ``maximum`` prompts."""

    default_code = "prompts_full"
