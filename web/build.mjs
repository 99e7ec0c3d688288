// Builds the page: `node build.mjs FOLDER`.
//
// assets/   scripts and styles with a hash in their names, so that browsers may keep them for good
// embed.js  the one script that other sites load; its name stays
// *.html    pages, with the names of the assets filled in
//
// Beside each file but the pages there is one compressed with gzip and one with Brotli.

import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, gzipSync, constants as zlib } from "node:zlib";
import { build, transform } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const sources = join(here, "src");
const modules = join(here, "node_modules");
const options = {
  bundle: true,
  minify: true,
  target: ["es2020", "chrome87", "firefox78", "safari14.1"],
  charset: "utf8",
  legalComments: "none",
  logLevel: "error",
  write: false,
};

/**
 * deep-chat needs these browsers at least: it adds to a shadow root's list of styles, which older ones do not allow. Its
 * own bundle is smaller than what comes of its modules, which were rewritten for browsers older still.
 */
const widget = {
  target: ["es2022", "chrome99", "firefox101", "safari16.4"],
  alias: { "deep-chat": join(modules, "deep-chat/dist/deepChat.bundle.js") },
};

/** Styles that a script imports become texts in it, without what only people need. */
const stylesAsTexts = {
  name: "styles-as-texts",
  setup({ onLoad, initialOptions: { target } }) {
    onLoad({ filter: /\.css$/ }, async ({ path }) => {
      const styles = await readFile(path, "utf8");
      const { code } = await transform(styles, { loader: "css", minify: true, target });
      return { contents: code, loader: "text" };
    });
  },
};

/** Bundle an entry into one file; styles that a script imports are texts in it. */
async function bundle(entry, more = {}) {
  const built = await build({ ...options, entryPoints: [join(sources, entry)], ...more });
  return built.outputFiles[0];
}

async function write(path, contents) {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, contents);
}

async function writeCompressed(path, contents) {
  await write(path, contents);
  await write(`${path}.gz`, gzipSync(contents, { level: 9 }));
  const quality = { [zlib.BROTLI_PARAM_QUALITY]: zlib.BROTLI_MAX_QUALITY };
  await write(`${path}.br`, brotliCompressSync(contents, { params: quality }));
}

/** Write an asset; return its name with the hash in it. */
async function writeAsset(folder, entry, more) {
  const { contents } = await bundle(entry, more);
  return writeHashed(folder, basename(entry), contents);
}

async function writeHashed(folder, name, contents) {
  const hash = createHash("sha256").update(contents).digest("hex").slice(0, 12);
  const hashed = name.replace(".", `-${hash}.`);
  await writeCompressed(join(folder, "assets", hashed), contents);
  return hashed;
}

/** The licences of all that is in the bundle: they ask to be passed on with it. */
async function licenses() {
  const lock = JSON.parse(await readFile(join(here, "package-lock.json"), "utf8"));
  const bundled = Object.entries(lock.packages).filter(([place, { dev }]) => place && !dev);
  const texts = bundled.map(async ([place, { version, license }]) => {
    const files = await readdir(join(here, place));
    const file = files.find((name) => /^licen[cs]e/i.test(name));
    const text = file ? await readFile(join(here, place, file), "utf8") : "";
    return `${place.replace("node_modules/", "")} ${version} (${license})\n\n${text.trim()}\n`;
  });
  return Buffer.from((await Promise.all(texts)).join(`\n${"-".repeat(72)}\n\n`));
}

/** Write a page: `{{assets/widget.js}}` in it becomes the name with the hash. */
async function writePage(folder, page, assets) {
  const text = await readFile(join(sources, page), "utf8");
  const filled = text.replace(/\{\{assets\/([^}]+)\}\}/g, (_, name) => {
    if (!(name in assets)) throw new Error(`${page} names the asset ${name}, which is not built`);
    return `/chat/assets/${assets[name]}`;
  });
  await write(join(folder, basename(page)), filled);
}

async function main(folder) {
  const script = { format: "iife", plugins: [stylesAsTexts] };
  const assets = {
    "widget.js": await writeAsset(folder, "widget/widget.js", { ...script, ...widget }),
    "page.css": await writeAsset(folder, "widget/page.css"),
    "demo.css": await writeAsset(folder, "demo/demo.css"),
    "licenses.txt": await writeHashed(folder, "licenses.txt", await licenses()),
  };
  const embed = await bundle("embed/embed.js", script);
  await writeCompressed(join(folder, "embed.js"), embed.contents);
  await writePage(folder, "widget/chat.html", assets);
  await writePage(folder, "demo/demo.html", assets);
}

if (process.argv.length !== 3) {
  console.error("error: name the folder to build into: node build.mjs FOLDER");
  process.exit(2);
}
await main(process.argv[2]);
