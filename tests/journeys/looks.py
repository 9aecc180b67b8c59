"""What is wrong with a page: accessibility, colours, sideways scrolling, right to left."""

from typing import Any

FOUND = {"resultTypes": ["violations"]}  # what is right is not listed: twice as fast
CONTRAST = {**FOUND, "runOnly": {"type": "rule", "values": ["color-contrast"]}}
# What another language can break: names, titles and labels. The rest was seen in English.
WORDS = {
    **FOUND,
    "runOnly": {
        "type": "rule",
        "values": [
            "aria-command-name", "aria-input-field-name", "button-name", "document-title",
            "empty-heading", "html-has-lang", "html-lang-valid", "image-alt", "input-button-name",
            "label", "link-name", "select-name", "svg-img-alt", "summary-name", "valid-lang",
        ],
    }
}  # fmt: skip


def faults_of(page: Any, address: str) -> list[str]:
    """Return what axe finds on a page in the light, colours in the dark, and scrolling sideways."""
    from axe_playwright_python.sync_playwright import Axe

    page.set_viewport_size({"width": 1280, "height": 900})
    page.emulate_media(color_scheme="light")
    page.goto(address)
    violations = Axe().run(page, options=FOUND).response["violations"]
    page.emulate_media(color_scheme="dark")  # axe is in the page already: once is enough
    violations += page.evaluate("how => axe.run(document, how)", CONTRAST)["violations"]
    found = [f"{address}: {v['id']} {v['nodes'][0]['target']}" for v in violations]
    return found + too_wide(page, address)


def too_wide(page: Any, address: str) -> list[str]:
    """Return whether a page scrolls sideways on the smallest phone."""
    page.set_viewport_size({"width": 320, "height": 640})
    wide = page.evaluate("document.documentElement.scrollWidth")
    return [f"{address}: {wide} px wide at 320"] if wide > 320 else []


def arabic_of(page: Any, address: str) -> list[str]:
    """Return what is wrong with a page that reads from right to left."""
    from axe_playwright_python.sync_playwright import Axe

    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto(address)
    assert page.evaluate("[document.dir, document.documentElement.lang]") == ["rtl", "ar"], address
    violations = Axe().run(page, options=WORDS).response["violations"]
    return [f"{address} ar: {v['id']}" for v in violations] + too_wide(page, address)
