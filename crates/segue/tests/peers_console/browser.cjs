// Scenes that a browser plays in front of the console. Ends with 0 if all went as it should.
"use strict";
const { chromium } = require("playwright-core");
const fs = require("fs");
const path = require("path");
const axe = fs.readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
const [scene, place, program, shots] = process.argv.slice(2);

const WAIT = 60000;
const SHIFT = "/shifts/checkout-prod";
const troubles = [];

function check(holds, what) {
  if (!holds) throw new Error(what);
}

async function open(browser, options) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(WAIT);
  // A page that reaches elsewhere, or that its own policy stops, is a fault on any page.
  page.on("console", (message) => {
    if (message.type() === "error") troubles.push(page.url() + ": " + message.text());
  });
  page.on("pageerror", (error) => troubles.push(page.url() + ": " + error));
  page.on("request", (request) => {
    if (place.startsWith("http") && !request.url().startsWith(place)) troubles.push("reaches " + request.url());
  });
  return page;
}

const scenes = {
  async follow(browser) {
    const watcher = await open(browser, {});
    await watcher.goto(place + SHIFT);
    await watcher.evaluate(() => { window.stayed = true; });
    await watcher.waitForFunction(() => document.getElementById("state").textContent.includes("●"));
    await watcher.click("#share-table summary");
    const actor = await open(browser, {});
    for (const share of ["50 %", "100 %", "waits for a person"]) {
      await actor.goto(place + SHIFT);
      await actor.click("#deed-promote");
      // A gate does not pass yet: whoever goes on all the same says which shift is meant.
      await actor.fill("dialog[open] #typed", "checkout-prod");
      await actor.click("dialog[open] form.question button");
      await actor.waitForURL("**" + SHIFT + "?said=promote");
      // The second person may agree before the page shows that it waits for one.
      await watcher.waitForFunction((text) => {
        const head = document.getElementById("head").textContent;
        return head.includes(text) || head.includes("across");
      }, share);
    }
    await watcher.waitForFunction(() => document.getElementById("head").textContent.includes("across"));
    check(await watcher.evaluate(() => window.stayed), "the page was loaded again");
    check(await watcher.evaluate(() => document.getElementById("share-table").open), "what was opened is closed");
    check((await watcher.textContent("#crossing svg")).includes("100 %"), "the crossing was not drawn again");
  },

  async abort(browser) {
    const page = await open(browser, {});
    await page.goto(place + SHIFT);
    await page.keyboard.press("?");
    await page.waitForSelector("#keys[open]");
    await page.keyboard.press("Escape");
    await page.keyboard.press("a");
    await page.waitForSelector("#ask[open]");
    check((await page.textContent("#ask")).includes("25 % → 0 %"), "the question does not say what happens");
    // The focus is on what does nothing.
    check(await page.evaluate(() => document.activeElement.classList.contains("cancel")), "focus");
    await page.keyboard.press("Escape");
    await page.waitForFunction(() => !document.getElementById("ask").open);
    check((await page.textContent("#head")).includes("on its way"), "aborted by a closed question");
    await page.keyboard.press("a");
    await page.waitForSelector("#ask[open]");
    await page.keyboard.press("Shift+Tab");
    await page.keyboard.press("Enter");
    await page.waitForURL("**" + SHIFT + "?said=abort");
    check((await page.textContent("#head")).includes("back on the old side"), "not aborted");
    await page.keyboard.press("g");
    await page.keyboard.press("l");
    await page.waitForURL("**/log");
  },

  async plain(browser) {
    const page = await open(browser, { javaScriptEnabled: false });
    await page.goto(place + "/");
    await page.click("text=checkout-prod");
    for (const text of ["25.4 %", "≤ 0.50 %", "6 of 60 requests failed"]) {
      check((await page.textContent("main")).includes(text), text);
    }
    for (const [deed, word] of [["pause", "paused"], ["resume", "on its way"]]) {
      await page.click("#deed-" + deed);
      check(page.url().endsWith(SHIFT + "/" + deed), "no page asks");
      await page.click("form.question button");
      check(page.url().endsWith("?said=" + deed), "nothing was done");
      check((await page.textContent("#head")).includes(word), word);
    }
    // Each deed says "written to the journal" on the next page; the page loads itself again.
    check((await page.content()).includes('http-equiv="refresh"'), "it does not load itself again");
    await page.click("a[title=dark]");
    check((await page.getAttribute("html", "data-theme")) === "dark", "not dark");
    await page.click("a[lang=ko]");
    check((await page.getAttribute("html", "lang")) === "ko", "not Korean");
    check((await page.getAttribute("html", "data-theme")) === "dark", "the look was forgotten");
  },

  async barriers(browser) {
    const pages = ["/", "/shifts", SHIFT, SHIFT + "/abort", "/shifts/search-prod", "/shifts/cart-prod",
      "/shifts/%EA%B0%95%EC%9D%98-dev", "/why/shift/checkout-prod", "/log", "/migrate", "/rehearse", "/nothing"];
    for (const [width, scheme, lang] of [[1280, "light", "en"], [1280, "dark", "ko"], [390, "light", "ko"], [390, "dark", "en"]]) {
      const page = await open(browser, { viewport: { width, height: 900 }, colorScheme: scheme, bypassCSP: true });
      for (const one of pages) {
        if (one === "/nothing") page.removeAllListeners("console");
        await page.goto(place + one + "?lang=" + lang);
        await look(page, `${one.replace(/\W+/g, "-")}.${width}.${scheme}.${lang}`);
      }
    }
  },

  async plan(browser) {
    const page = await open(browser, {});
    await page.goto(place + "/rehearse/run.yaml");
    check((await page.textContent("#run")).includes("100 %"), "it does not begin at the end");
    await page.focus("input[data-scrub]");
    await page.keyboard.press("Home");
    await page.waitForFunction(() => document.querySelector("#run output").textContent.includes("At 00:00:00"));
    check(page.url().endsWith("?at=0"), "the address does not hold the moment");
    check(await page.evaluate(() => document.activeElement.matches("input[data-scrub]")), "the focus is lost");
    await page.keyboard.press("ArrowRight");
    await page.waitForFunction(() => document.querySelector("#run output").textContent.includes("At 00:00:01"));
    // Its own policy lets the style and the script of the report through, and nothing else.
    await page.goto(place + "/migrate");
    await page.click("main a[href^='/migrate/report']");
    await page.waitForURL("**/migrate/report**");
    check((await page.evaluate(() => getComputedStyle(document.querySelector("h1")).fontSize)) !== "32px", "no style");
    for (const [width, scheme, lang] of [[1280, "light", "en"], [390, "dark", "ko"]]) {
      const looker = await open(browser, { viewport: { width, height: 900 }, colorScheme: scheme, bypassCSP: true });
      for (const one of ["/migrate", "/rehearse/run.yaml"]) {
        await looker.goto(place + one + "?lang=" + lang);
        await look(looker, `plan${one.replace(/\W+/g, "-")}.${width}.${scheme}.${lang}`);
      }
    }
  },

  async ledger(browser) {
    for (const [width, scheme] of [[1280, "light"], [390, "dark"]]) {
      const page = await open(browser, { viewport: { width, height: 900 }, colorScheme: scheme });
      await page.goto(place);
      const lang = await page.getAttribute("html", "lang");
      await look(page, `ledger.${width}.${scheme}.${lang}`);
    }
  },
};

// No serious barrier, nothing that sticks out to the side, and a picture for people.
async function look(page, name) {
  await page.screenshot({ path: path.join(shots, name + ".png"), fullPage: true });
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  check(wide <= 0, `${name}: sticks out by ${wide} px`);
  await page.evaluate(axe);
  const found = await page.evaluate(() => window.axe.run({ resultTypes: ["violations"] }));
  const bad = found.violations.filter((one) => ["serious", "critical"].includes(one.impact));
  const told = bad.map((one) => `${one.id}: ${one.nodes.map((node) => node.target + " " + node.failureSummary).slice(0, 3).join("; ")}`);
  check(bad.length === 0, `${name}: ${told.join("\n")}`);
}

(async () => {
  const browser = await chromium.launch({ executablePath: program, args: ["--no-sandbox", "--force-color-profile=srgb"] });
  try {
    await scenes[scene](browser);
    check(troubles.length === 0, troubles.join("\n"));
  } finally {
    await browser.close();
  }
})().catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
