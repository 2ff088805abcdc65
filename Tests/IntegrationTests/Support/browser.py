#!/usr/bin/env python3
"""Uses pages in Chromium as a person does, and tells what each looked like, as JSON.

    browser.py '{"profile": "DIR", "size": [390, 844], "dark": false, "steps": [["open", "http://…"], ["type", "#password", "…"],
                 ["press", "button"], ["picture", "FILE.png"]]}'

Steps: open a page, type into a field, press a button and wait for the next page, take a picture. There is one page in the output for each step
that leads to one. Chromium is driven over a pipe with the DevTools protocol.
"""
import base64
import json
import os
import select
import signal
import subprocess
import sys
import time

task = json.loads(sys.argv[1])
limit = 60

LOOK = """(() => ({
    url: location.href, title: document.title, text: document.body ? document.body.innerText : "",
    overflows: document.documentElement.scrollWidth > window.innerWidth,
    background: document.body ? getComputedStyle(document.body).backgroundColor : "",
    focus: document.activeElement ? document.activeElement.id : "", valid: !document.querySelector(":invalid"),
    buttonHeight: document.querySelector("button") ? document.querySelector("button").getBoundingClientRect().height : 0,
}))()"""


class Browser:
    def __init__(self):
        to_browser, self.output = os.pipe()
        self.input, from_browser = os.pipe()

        def use_pipes():
            # The pipes' own numbers may be 3 and 4.
            commands, answers = os.dup(to_browser), os.dup(from_browser)
            os.dup2(commands, 3)
            os.dup2(answers, 4)

        self.process = subprocess.Popen(
            ["chromium", "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run", "--no-proxy-server",
             "--disable-background-networking", "--disable-component-update", "--disable-sync", "--hide-scrollbars", "--remote-debugging-pipe",
             f"--user-data-dir={task['profile']}", "about:blank"],
            preexec_fn=use_pipes, close_fds=False, start_new_session=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        os.close(to_browser)
        os.close(from_browser)
        self.buffer, self.number, self.session = b"", 0, None
        self.loads, self.violations, self.statuses = 0, [], {}

    def close(self):
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self.process.wait()

    def receive(self):
        deadline = time.monotonic() + limit
        while b"\0" not in self.buffer:
            ready, _, _ = select.select([self.input], [], [], max(0, deadline - time.monotonic()))
            chunk = os.read(self.input, 1 << 16) if ready else b""
            if not chunk:
                self.close()
                raise SystemExit(f"chromium did not answer: {self.process.stderr.read()[-2000:]!r}")
            self.buffer += chunk
        text, _, self.buffer = self.buffer.partition(b"\0")
        message = json.loads(text)
        method, values = message.get("method"), message.get("params", {})
        if method == "Page.loadEventFired":
            self.loads += 1
        elif method == "Log.entryAdded" and values["entry"]["source"] in ("security", "javascript"):
            self.violations.append(values["entry"]["text"])
        elif method == "Network.responseReceived" and values["type"] == "Document":
            self.statuses[values["response"]["url"]] = values["response"]["status"]
        return message

    def call(self, method, **values):
        self.number += 1
        request = {"id": self.number, "method": method, "params": values}
        if self.session:
            request["sessionId"] = self.session
        os.write(self.output, json.dumps(request).encode() + b"\0")
        while True:
            message = self.receive()
            if message.get("id") == self.number:
                if "error" in message:
                    raise SystemExit(f"{method}: {message['error']}")
                return message["result"]

    def evaluate(self, script):
        result = self.call("Runtime.evaluate", expression=script, returnByValue=True)
        if "exceptionDetails" in result:
            raise SystemExit(f"{script}: {result['exceptionDetails']}")
        return result["result"].get("value")

    def start(self):
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self.session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Network", "Log"):
            self.call(f"{domain}.enable")
        width, height = task["size"]
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=width < 600)
        scheme = "dark" if task.get("dark") else "light"
        self.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])

    def after_load(self, action):
        """Waits until the action has loaded a page, and returns what it looks like."""
        loads = self.loads
        action()
        while self.loads == loads:
            self.receive()
        # A field gets the focus when the page is drawn.
        self.call("Runtime.evaluate", expression="new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))", awaitPromise=True)
        page = self.evaluate(LOOK)
        page["status"] = self.statuses.get(page["url"], 0)
        page["violations"], self.violations = self.violations, []
        return page

    def click(self, selector):
        box = self.evaluate(f"""(() => {{ const box = document.querySelector({json.dumps(selector)}).getBoundingClientRect();
            return [box.x + box.width / 2, box.y + box.height / 2]; }})()""")
        for kind in ("mousePressed", "mouseReleased"):
            self.call("Input.dispatchMouseEvent", type=kind, x=box[0], y=box[1], button="left", clickCount=1)


browser = Browser()
pages = []
try:
    browser.start()
    for kind, *values in task["steps"]:
        if kind == "open":
            pages.append(browser.after_load(lambda: browser.call("Page.navigate", url=values[0])))
        elif kind == "type":
            browser.click(values[0])
            browser.call("Input.insertText", text=values[1])
        elif kind == "press":
            pages.append(browser.after_load(lambda: browser.click(values[0])))
        elif kind == "try":
            # A button that the browser itself may refuse to act on: its form is not filled in.
            browser.click(values[0])
            pages.append(dict(browser.evaluate(LOOK), status=0, violations=[]))
        elif kind == "picture":
            with open(values[0], "wb") as file:
                file.write(base64.b64decode(browser.call("Page.captureScreenshot", format="png")["data"]))
finally:
    browser.close()
json.dump(pages, sys.stdout)
