"""Errors of questions to models."""

from chat_app.core.kernel.errors import Conflict, Invalid, NotAllowed, NotFound


class NotAnAnswer(Conflict):
    """Only an AI's message can be stopped or regenerated."""

    default_code = "not_an_answer"


class StillAnswering(Conflict):
    """The answer is still being written."""

    default_code = "still_answering"


class NothingToContinue(Conflict):
    """The answer is whole, has no text yet, or was refused."""

    default_code = "nothing_to_continue"


class ContextUnknown(NotFound):
    """The context of the answer is not stored: the answer has not ended, or its process ended first."""

    default_code = "context_unknown"


class ModelNotOffered(Invalid):
    """The site does not offer the model."""

    default_code = "model_not_offered"


class NothingToPublish(Conflict):
    """The message is in no aside, or has no text."""

    default_code = "nothing_to_publish"


class ModelForAdmins(NotAllowed):
    """Only the site's admins may ask the model called ``details["model"]`` where it is not the room's."""

    default_code = "model_for_admins"


class NothingToTranslate(Conflict):
    """The message has no text."""

    default_code = "nothing_to_translate"


class DictationOff(Conflict):
    """The site's admins have named no model for transcription."""

    default_code = "dictation_off"


class SpeechOff(Conflict):
    """The site's admins have named no model that reads aloud."""

    default_code = "speech_off"


class SpeechTooLong(Invalid):
    """The answer has more than ``details["maximum"]`` characters."""

    default_code = "speech_too_long"


class TextChanges(Conflict):
    """The text was changed each time that it was being translated."""

    default_code = "text_changes"


class HiddenFromAi(Conflict):
    """Models may not see the message: it is hidden from AI, or older than the visible part of the room."""

    default_code = "hidden_from_ai"


class LanguageUnknown(Invalid):
    """The site does not have this language."""

    default_code = "language_unknown"


class DemoCannotTranslate(Conflict):
    """The site has no model but the demo, which translates nothing."""

    default_code = "demo_cannot_translate"


class AssistantWithoutModel(Invalid):
    """The site does not offer the model of the assistant called ``details["model"]`` any more."""

    default_code = "assistant_without_model"


class AssistantNotShared(Invalid):
    """The assistant is private to the actor, and other people are in the room."""

    default_code = "assistant_not_shared"


class TooManyFavorites(Conflict):
    """The actor has ``details["maximum"]`` favorite models already."""

    default_code = "too_many_favorites"


class PictureInvalid(Invalid):
    """The order of a picture is not acceptable: ``field`` names the invalid part, the code says why."""

    default_code = "picture_prompt_empty"


class TooManyModels(Invalid):
    """A message names more than ``details["maximum"]`` models and assistants."""

    default_code = "too_many_models"
