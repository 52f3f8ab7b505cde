// Drives the taproom as a visitor would, in headless Chromium, over clear text, TLS and, where the build has it, QUIC.
// Usage: node taproom.mjs TAPROOM_PROGRAM PLAYWRIGHT_CORE_FOLDER WORK_FOLDER [quic]
// Leaves screenshots in WORK_FOLDER. Everything on 127.0.0.1; the server is ended by its process id.
import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { X509Certificate, createHash } from "node:crypto";
import { once } from "node:events";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { createRequire } from "node:module";
import { join } from "node:path";

const [program, playwrightFolder, work, quic] = process.argv.slice(2);
const { chromium } = createRequire(join(playwrightFolder, "package.json"))("playwright-core");
mkdirSync(work, { recursive: true });

async function freePort() {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const { port } = probe.address();
  probe.close();
  await once(probe, "close");
  return port;
}

const key = join(work, "key.pem");
const certificate = join(work, "certificate.pem");
execFileSync("openssl", ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
  "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout", key, "-out", certificate],
  { stdio: "ignore" });

const [tls, clear] = [await freePort(), await freePort()];
const server = spawn(program, ["run", "--bind", `127.0.0.1:${tls}`, "--insecure-bind", `127.0.0.1:${clear}`,
  "--certfile", certificate, "--keyfile", key, ...(quic ? ["--quic-bind", `127.0.0.1:${tls}`] : [])], { stdio: ["ignore", "inherit", "pipe"] });
let log = "";
server.stderr.on("data", (text) => { log += text; process.stderr.write(text); });
const ended = once(server, "exit");
while (!log.includes(`:${clear}`)) {
  await Promise.race([once(server.stderr, "data"), ended.then(() => { throw new Error(`the server ended: ${log}`); })]);
}

function launch(...more) {
  return chromium.launch({
    executablePath: "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
      "--disable-component-update", "--disable-sync", ...more],
  });
}

/// A browser that takes this certificate for a good one, as QUIC demands, and knows beforehand that it may use QUIC.
function launchWithQuic() {
  const publicKey = new X509Certificate(readFileSync(certificate)).publicKey.export({ type: "spki", format: "der" });
  const digest = createHash("sha256").update(publicKey).digest("base64");
  return launch("--host-resolver-rules=MAP localhost 127.0.0.1", `--origin-to-force-quic-on=localhost:${tls}`,
    `--ignore-certificate-errors-spki-list=${digest}`);
}

const browser = await launch("--disable-quic");

/// Everything a visitor can do, at one address.
async function visit(browser, url, name, protocol) {
  const page = await browser.newPage({ ignoreHTTPSErrors: true, viewport: { width: 1100, height: 900 } });
  const mistakes = [];
  page.on("pageerror", (error) => mistakes.push(error.message));
  page.on("requestfailed", (request) => {
    const reason = request.failure().errorText;
    // A reload aborts what the page was fetching: the browser's doing, not the server's.
    if (reason !== "net::ERR_ABORTED") mistakes.push(`${request.url()}: ${reason}`);
  });
  await page.goto(url);
  assert.equal(await page.title(), "The Pottle taproom");

  // The visitor: comes in, is greeted once, and stays logged in.
  const visitor = `ann of ${name}`;
  await page.fill("#login-form input[name=name]", visitor);
  await page.fill("#login-form input[name=password]", "pale ale");
  await page.click("#login-form button");
  await page.waitForSelector("#logout-form");
  assert.equal((await page.textContent("#messages")).trim(), `Nice to meet you, ${visitor}.`);
  assert.equal(await page.textContent("#visitor-name"), visitor);
  await page.reload();
  assert.equal(await page.textContent("#visitor-name"), visitor);
  assert.equal((await page.textContent("#messages")).trim(), "");

  // Notes: one is refused with a reason, one is pinned and stays after a reload.
  await page.click("#note-form button");
  await page.waitForFunction(() => document.getElementById("note-error").textContent.length > 0);
  const text = `Hello over ${name}: <b>no markup</b> & ünïcode`;
  await page.fill("#note-text", text);
  await page.click("#note-form button");
  await page.waitForFunction((t) => document.getElementById("note-list").textContent.includes(t), text);
  assert.equal(await page.textContent("#note-error"), "");
  await page.reload();
  await page.waitForFunction((t) => document.getElementById("note-list").textContent.includes(t), text);

  // On tap: the lines arrive one after the other, not all at the end.
  await page.click("#pour");
  await page.waitForSelector("#poured li");
  assert.ok((await page.locator("#poured li").count()) < 6, "the first line is shown before the last is sent");
  await page.waitForFunction(() => document.querySelectorAll("#poured li").length === 6);
  await page.waitForFunction(() => !document.getElementById("pour").disabled);

  // At the bar: what one guest says, all hear.
  const other = await browser.newPage({ ignoreHTTPSErrors: true });
  await other.goto(url);
  for (const guest of [page, other])
    await guest.waitForFunction(() => document.getElementById("chat-state").textContent.startsWith("Come in"));
  const said = `Cheers over ${name}, <i>no markup</i> & ünïcode`;
  await page.fill("#chat-text", said);
  await page.click("#chat-form button");
  for (const guest of [page, other])
    await guest.waitForFunction((t) => document.getElementById("chat-lines").textContent.endsWith(t), said);
  await other.close();

  // Deliveries: 20 MiB, counted by the server.
  const file = join(work, "delivery.bin");
  writeFileSync(file, Buffer.alloc(20 * 1024 * 1024, 7));
  await page.setInputFiles("#file", file);
  await page.click("#upload-form button");
  await page.waitForFunction(() => document.getElementById("delivered").textContent.includes("received"));
  assert.match(await page.textContent("#delivered"), /^20\.0 MiB received in \d+ pieces\.$/);
  assert.equal(await page.evaluate(() => document.getElementById("progress").value), 1);

  // Behind the bar: the counters move and name the protocol.
  await page.waitForFunction(() => /^\d/.test(document.getElementById("requests_total").textContent));
  assert.equal(await page.textContent("#protocol"), protocol);
  const before = await page.textContent("#requests_total");
  await page.evaluate(() => fetch("/api/notes"));
  await page.waitForFunction((b) => document.getElementById("requests_total").textContent !== b, before);

  await page.screenshot({ path: join(work, `taproom-${name}.png`), fullPage: true });

  // The menu and the page of errors: other templates of the same layout.
  await page.click("nav a:has-text('The menu')");
  await page.waitForFunction(() => document.title === "The menu - The Pottle taproom");
  assert.deepEqual(await page.locator(".menu h2").allTextContents(), ["Bitter", "Lager", "Stout"]);
  assert.match(await page.textContent("header p"), /^6 beers, the strongest has 6\.4 %\.$/);
  assert.match(await page.textContent(".menu li"), /Half Gallon.*€4\.20/s);
  await page.screenshot({ path: join(work, `taproom-menu-${name}.png`), fullPage: true });
  const lost = await page.goto(`${url}lost<b>`);
  assert.equal(lost.status(), 404);
  assert.equal(await page.textContent("header code"), "/lost<b>");
  await page.click("nav a:has-text('The bar')");
  await page.waitForSelector("#logout-form");
  // Leaving, and a wrong password.
  await page.click("#logout-form button");
  await page.waitForSelector("#login-form");
  assert.equal((await page.textContent("#messages")).trim(), "See you soon.");
  await page.fill("#login-form input[name=name]", visitor);
  await page.fill("#login-form input[name=password]", "stout");
  await page.click("#login-form button");
  await page.waitForSelector("#messages .error");
  assert.equal(await page.getAttribute("#messages li", "class"), "error");
  assert.deepEqual(mistakes, []);
  await page.close();
}

let status = 1;
try {
  await visit(browser, `http://127.0.0.1:${clear}/`, "clear", "HTTP/1.1");
  await visit(browser, `https://127.0.0.1:${tls}/`, "tls", "HTTP/2 over TLS");
  if (quic) {
    const other = await launchWithQuic();
    try {
      await visit(other, `https://localhost:${tls}/`, "quic", "HTTP/3 over TLS");
    } finally {
      await other.close();
    }
  }
  const narrow = await browser.newPage({ viewport: { width: 390, height: 844 }, colorScheme: "dark" });
  await narrow.goto(`http://127.0.0.1:${clear}/`);
  await narrow.waitForFunction(() => /^\d/.test(document.getElementById("requests_total").textContent));
  assert.ok(await narrow.evaluate(() => document.documentElement.scrollWidth <= innerWidth), "nothing is cut off on a phone");
  await narrow.screenshot({ path: join(work, "taproom-phone-dark.png"), fullPage: true });
  status = 0;
} finally {
  await browser.close();
  server.kill("SIGTERM");
  const [code] = await ended;
  if (status === 0) assert.equal(code, 0, "the server drains and ends with 0");
}
console.log("the taproom serves");
