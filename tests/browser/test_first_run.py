"""First steps and the tour of a new person."""

from playwright.async_api import expect

from tests.browser.looks import boxes
from tests.browser.visitor import Arrive


async def test_a_new_person_is_shown_around_until_they_dismiss_it(arrive: Arrive) -> None:
    aiko = await arrive("Aiko", locale="ja-JP")
    await aiko.api.patch("/me", json={"locale": "ja"})
    await aiko.page.goto("/")
    steps = aiko.page.get_by_role("region", name="はじめに")
    await steps.get_by_role("button", name="AIに質問する").click()
    await expect(aiko.composer).to_be_focused()
    await steps.get_by_role("button", name="チームや話題のルームを作成する").click()
    await aiko.page.locator("#new-room input[name=name]").fill("計画")
    await aiko.page.locator("#new-room input[name=name]").press("Enter")
    await aiko.page.wait_for_url("**/r/*")
    await aiko.page.get_by_role("link", name="新しいチャット").click()
    await expect(steps.locator(".made")).to_have_text("チームや話題のルームを作成する完了")
    await steps.get_by_role("button", name="ツアーを見る").click()
    await expect(aiko.answers).to_have_count(5)
    await expect(aiko.page.get_by_role("heading", name="Parleyへようこそ")).to_be_visible()
    await expect(aiko.page.get_by_role("button", name="再生成")).to_have_count(0)  # nobody has asked for them
    await aiko.page.get_by_role("link", name="新しいチャット").click()
    await expect(steps.get_by_role("button", name="ツアーを見る")).to_have_count(0)
    heading = aiko.page.locator(".home > h1")
    before = await boxes(heading)
    await steps.get_by_role("button", name="閉じる").click()
    await expect(steps).to_have_count(0)
    assert before == await boxes(heading)  # nor does it move when the steps come
    await aiko.page.reload()
    await expect(aiko.composer).to_be_visible()
    await expect(steps).to_have_count(0)
