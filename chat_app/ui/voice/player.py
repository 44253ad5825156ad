"""The player of a voice message."""

import reflex as rx

from chat_app.ui.components.controls import icon


class _VoicePlayer(rx.Component):
    """``assets/voice/player.js``: its children are the signs for playing and pausing."""

    library = "$/public/voice/player.js"
    tag = "VoicePlayer"

    file: rx.Var[str]
    src: rx.Var[str]
    peaks: rx.Var[list[int]]
    seconds: rx.Var[float]
    name: rx.Var[str]


def voice_player(
    file: rx.Var[str], src: rx.Var[str], peaks: rx.Var[list[int]], seconds: rx.Var[float], name: rx.Var[str]
) -> rx.Component:
    """Return the player of what was recorded, known as ``file``."""
    about = {"file": file, "src": src, "peaks": peaks, "seconds": seconds, "name": name}
    return _VoicePlayer.create(icon("play"), icon("pause"), **about)
