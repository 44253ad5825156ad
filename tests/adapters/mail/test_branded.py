"""Mail of a site with a logo: the same words, below the logo."""

from chat_app.adapters.mail.branded import branded_html
from chat_app.core.kernel.policy import Brand, BrandPicture

ORIGIN, LINK = "https://chat.example.org", "https://chat.example.org/join/x?a=1&b=2"
TEXT = f"Hello,\n\n<b>Ben</b> https://evil.example invited you.\n\nJoin here:\n{LINK}\n\nTea at {ORIGIN}\n"


def test_mail_without_a_logo_is_text_alone():
    assert branded_html(TEXT, Brand("Tea", "#7a3e78"), ORIGIN, "en", {LINK}) == ""


def test_logo_is_loaded_from_the_site_and_only_its_own_links_are_links():
    brand = Brand('Tea "room"', logo=BrandPicture(3, 640, 160))
    found = branded_html(TEXT, brand, ORIGIN, "ja", {LINK, ORIGIN})
    logo = f'<img src="{ORIGIN}/api/v1/site/pictures/logo?v=3" alt="Tea &quot;room&quot;" width="160" height="40">'
    assert logo in found
    assert '<html lang="ja">' in found
    assert "<p>&lt;b&gt;Ben&lt;/b&gt; https://evil.example invited you.</p>" in found
    address = LINK.replace("&", "&amp;")
    assert f'<p>Join here:<br><a href="{address}">{address}</a></p>' in found
    assert found.count("<a ") == 1


def test_long_logo_is_no_wider_than_its_place():
    found = branded_html(TEXT, Brand(logo=BrandPicture(1, 640, 40)), ORIGIN, "en", ())
    assert 'alt="Parley" width="240" height="15"' in found
