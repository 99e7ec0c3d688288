const LINE_END = /\r\n?|\n/;
const NOTHING = /(?!)/;

/**
 * Take a stream of events apart, as the HTML standard describes it. The text may arrive in pieces that end anywhere.
 *
 * @param {(name: string, data: string) => void} found
 */
export function makeEventReader(found) {
  let rest = "";
  let name = "";
  /** @type {string[]} */
  let data = [];
  let skipped = /^\uFEFF/;

  /** @param {string} line */
  function readLine(line) {
    if (line === "") {
      if (data.length > 0) found(name || "message", data.join("\n"));
      name = "";
      data = [];
      return;
    }
    // A line that begins with a colon has an empty field name: it only keeps the connection alive.
    const [, field, value = ""] = /^([^:]*)(?:: ?(.*))?$/s.exec(line) ?? [];
    if (field === "event") name = value;
    if (field === "data") data.push(value);
  }

  return {
    /** @param {string} piece */
    push(piece) {
      if (!piece) return;
      // The line feed of a pair that was torn apart; or the mark that a stream may begin with.
      rest += piece.replace(skipped, "");
      skipped = rest.endsWith("\r") ? /^\n/ : NOTHING;
      for (let end = LINE_END.exec(rest); end; end = LINE_END.exec(rest)) {
        const line = rest.slice(0, end.index);
        rest = rest.slice(end.index + end[0].length);
        readLine(line);
      }
    },
  };
}

/**
 * Read a response's events until it ends.
 *
 * @param {ReadableStream<Uint8Array>} body
 * @param {(name: string, data: string) => void} found
 * @param {() => void} alive called whenever something arrives
 */
export async function readEvents(body, found, alive) {
  const reader = makeEventReader(found);
  const decoder = new TextDecoder();
  const source = body.getReader();
  for (;;) {
    const { done, value } = await source.read();
    if (done) return;
    alive();
    reader.push(decoder.decode(value, { stream: true }));
  }
}
