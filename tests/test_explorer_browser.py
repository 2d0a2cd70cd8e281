"""The explorer as people meet it: JupyterLab in a real Chromium, widgets moved, figure and table looked at."""

import importlib.util
import io
import json
import os
import secrets
import shutil
import socket
import subprocess
import sys
import time
import tomllib
import urllib.request
from importlib import metadata

import pytest

from .conftest import ROOT

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
WAIT = 120_000  # milliseconds; machines differ
NEEDED = ("playwright", "jupyterlab", "ipywidgets", "PIL")


def test_the_kernel_that_cuts_figures_short_stays_out():
    """With ipykernel 7 callbacks of widgets run on a thread of their own, and figures they show arrive truncated."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert "ipykernel>=6.29,<7" in project["optional-dependencies"]["notebooks"]
    assert "\nipykernel==6." in (ROOT / "locks" / "dev.txt").read_text("utf-8")
    if importlib.util.find_spec("ipykernel"):
        assert metadata.version("ipykernel").startswith("6.")


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    """JupyterLab on a copy of the notebook and the samples; its address."""
    missing = [name for name in NEEDED if importlib.util.find_spec(name) is None]
    if missing or not CHROMIUM:
        pytest.skip(f"needs {', '.join(missing) or 'chromium'}")
    home = tmp_path_factory.mktemp("lab")
    shutil.copytree(ROOT / "data" / "reports", home / "data" / "reports")
    (home / "notebooks").mkdir()
    shutil.copy(ROOT / "notebooks" / "07_explore.ipynb", home / "notebooks")
    settings = home / "settings" / "@jupyterlab" / "notebook-extension" / "tracker.jupyterlab-settings"
    settings.parent.mkdir(parents=True)
    settings.write_text(
        json.dumps({"windowingMode": "none"}), "utf-8"
    )  # what is scrolled out of sight stays in the page
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    token = secrets.token_hex(16)
    own = {name: str(home / name) for name in ("config", "data_dir", "runtime")}
    places = {
        "JUPYTER_CONFIG_DIR": own["config"],
        "JUPYTER_DATA_DIR": own["data_dir"],
        "JUPYTER_RUNTIME_DIR": own["runtime"],
        "JUPYTERLAB_SETTINGS_DIR": str(home / "settings"),
        "JUPYTERLAB_WORKSPACES_DIR": str(home / "workspaces"),
        "PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")]),
    }
    options = {"ip": "127.0.0.1", "port": port, "port_retries": 0, "open_browser": False, "allow_root": True}
    options |= {"root_dir": home}
    command = [sys.executable, "-m", "jupyterlab", f"--IdentityProvider.token={token}"]
    command += [f"--ServerApp.{name}={value}" for name, value in options.items()]
    with (home / "log").open("wb") as log:
        server = subprocess.Popen(command, env=os.environ | places, stdout=log, stderr=log)
    try:
        address = f"http://127.0.0.1:{port}"
        for _ in range(WAIT // 500):
            try:
                urllib.request.urlopen(f"{address}/api?token={token}", timeout=5)  # noqa: S310 (our own)
                break
            except OSError:
                assert server.poll() is None, (home / "log").read_text("utf-8")
                time.sleep(0.5)
        yield f"{address}/lab/tree/notebooks/07_explore.ipynb?token={token}&reset"
    finally:
        server.terminate()
        server.wait(60)


@pytest.fixture(scope="module")
def page(lab):
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(viewport={"width": 1400, "height": 1500})
        page.set_default_timeout(WAIT)
        page.goto(lab)
        page.wait_for_selector("text=/Python 3.*\\| Idle/")  # the kernel is there, not only the page
        page.get_by_role("menuitem", name="Run", exact=True).click()
        page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
        page.wait_for_selector(".jp-OutputArea .widget-image")
        page.wait_for_function(DONE)
        yield page
        browser.close()


# All cells have run, and the kernel rests.
DONE = """() => document.querySelector('.jp-Notebook-ExecutionIndicator[data-status="idle"]')
  && [...document.querySelectorAll('.jp-CodeCell .jp-InputPrompt')].every(p => /\\[\\d+\\]/.test(p.textContent))"""
BYTES = """async () => Array.from(new Uint8Array(
  await (await fetch(document.querySelector('.jp-OutputArea img.widget-image').src)).arrayBuffer()))"""
SHOWN = """() => { const image = document.querySelector('.jp-OutputArea img.widget-image');
  return image.complete && image.naturalWidth; }"""


def menu(page, name):
    return page.locator(".widget-dropdown").filter(has_text=name).locator("select").first


def seen(page):
    """Count, table, concordance, reader as text, and the picture's bytes; the picture must be whole."""
    from PIL import Image

    assert page.evaluate(SHOWN) > 300
    data = bytes(page.evaluate(BYTES))
    assert data.endswith(b"IEND\xaeB`\x82")
    Image.open(io.BytesIO(data)).load()  # fails on a truncated picture
    texts = page.locator(".jp-OutputArea .widget-html-content").all_text_contents()
    return texts, data


def move(page, act):
    """What is seen after an act that must change count and picture."""
    before, drawn = seen(page)
    act()
    page.wait_for_function(
        "before => document.querySelector('.jp-OutputArea .widget-html-content b').textContent !== before",
        arg=before[0],
    )
    page.wait_for_function(DONE)
    page.wait_for_timeout(500)
    after, redrawn = seen(page)
    assert redrawn != drawn
    return after


@pytest.mark.slow
@pytest.mark.browser
def test_moving_the_widgets_changes_figure_and_tables(page, tmp_path):
    texts, _ = seen(page)
    assert texts[0].startswith("93 / 93 ")
    part = move(page, lambda: menu(page, "部分").select_option(label="存在的问题"))
    assert part[0].startswith("58 / 93 ")
    code = move(page, lambda: menu(page, "类别").select_option(label="问题类别 · 理论学习"))
    assert code[1] != part[1]
    assert code[2] != part[2]

    def type_phrase():
        box = page.locator(".jp-OutputArea input[list]")
        box.fill("学用")
        box.press("Enter")

    phrase = move(page, type_phrase)
    assert phrase[1].count("学用") >= 3
    assert "学用结合不紧密" in phrase[2].replace("\n", "")
    report = move(page, lambda: menu(page, "报告").select_option(label="street_team"))
    assert report[0].startswith("2 / 93 ")
    assert "city_leader" not in report[1]
    page.get_by_role("tab", name="原文").click()
    page.locator(".jp-OutputArea .widget-image").scroll_into_view_if_needed()
    page.screenshot(path=os.environ.get("TEXTKIT_SCREENSHOT", str(tmp_path / "explore.png")))
    assert page.locator(".textkit-reader mark").filter(has_text="学用").count() >= 1
    link = page.locator(".widget-html-content a").filter(has_text="→").first
    link.click()
    anchor = link.get_attribute("href")
    page.wait_for_function("id => document.querySelector(id)?.getBoundingClientRect().top < innerHeight", arg=anchor)
    assert not page.locator(".jp-mod-error, [data-mime-type='application/vnd.jupyter.stderr']").count()
