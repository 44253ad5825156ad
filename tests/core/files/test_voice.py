"""Voice messages: the announced measurements, and the findings of the examination."""

import pytest

from chat_app.core.access.permissions import Role
from chat_app.core.files.errors import FileRefused
from chat_app.core.files.kinds import FileKind
from chat_app.core.files.objects.uploads import note_length
from chat_app.core.files.storage.ports import Examined
from chat_app.core.files.tables import Attachment
from chat_app.core.files.voice import check_voice
from tests.core.files.conftest import Desk, png
from tests.support.factory import Factory

PEAKS = [0, 12, 31]


@pytest.mark.parametrize("seconds", [0, -1, 600.1, float("nan"), float("inf")])
def test_a_length_that_no_recording_has_is_refused(seconds: float):
    with pytest.raises(FileRefused) as refused:
        check_voice(seconds, PEAKS)
    assert refused.value.code == "voice_length_invalid"


@pytest.mark.parametrize("peaks", [[], [32], [-1], [1] * 65])
def test_peaks_that_no_browser_measures_are_refused(peaks: list[int]):
    with pytest.raises(FileRefused) as refused:
        check_voice(3, peaks)
    assert refused.value.code == "voice_peaks_invalid"


def test_the_sound_itself_says_how_long_it_plays_if_it_does():
    voice = {"seconds": 3.0, "peaks": PEAKS}
    for found, expected in (
        (Examined("audio/webm", FileKind.AUDIO), (3.0, PEAKS)),
        (Examined("audio/webm", FileKind.AUDIO, seconds=2.5), (2.5, PEAKS)),
        (Examined("video/webm", FileKind.VIDEO, seconds=2.5), (2.5, None)),
    ):
        file = Attachment(name="a", declared_type="", size=1, **voice)
        note_length(file, found)
        assert (file.seconds, file.peaks) == expected


async def test_a_picture_is_no_voice_message(make: Factory, desk: Desk):
    aiko = await make.actor()
    room = await make.room({Role.MASTER: aiko})
    voice = check_voice(3, PEAKS)
    told = await desk.uploads.begin(aiko, room.id, name="a.png", mime_type="image/png", size=len(png()), voice=voice)
    assert (told["seconds"], told["peaks"]) == (3, PEAKS)
    await desk.put(told["upload"], png())
    done = await desk.uploads.complete(aiko, told["id"])
    assert not {"seconds", "peaks"} & {*done}
