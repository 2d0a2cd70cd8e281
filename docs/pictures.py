"""Take page.png, the picture of `report.html` in the README, with a Chromium: run after the job.

python docs/pictures.py
"""

import shutil
from pathlib import Path

from playwright.sync_api import sync_playwright

HERE = Path(__file__).parent
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


def main() -> None:
    """The reader where the first place of a phrase is, with all its places below."""
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(viewport={"width": 1280, "height": 820})
        page.goto((HERE.parent / "report.html").as_uri())
        page.locator("#t-phrases td:nth-child(3) a").first.click()
        page.locator("#evidence li a").first.click()
        page.wait_for_timeout(500)  # it scrolls there
        page.screenshot(path=HERE / "page.png")
        browser.close()


if __name__ == "__main__":
    main()
