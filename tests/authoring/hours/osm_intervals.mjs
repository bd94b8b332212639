// Writes, for each opening_hours value, what the opening_hours package makes of it in 2027:
//   npm install opening_hours && TZ=UTC node osm_intervals.mjs < values.txt > osm.tsv
// A line: the value, "-" or how many warnings it has, the open intervals, their minutes, and a digest of all of them.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import opening_hours from "opening_hours";

const place = { lat: 45.36, lon: 9.32, address: { country_code: "it", state: "Lombardia" } };
const [first, last] = [new Date(2027, 0, 1), new Date(2028, 0, 1)];
const written = (moment) => moment.toISOString().slice(0, 16);
for (const value of readFileSync(0, "utf-8").split("\n").filter(Boolean)) {
  try {
    const hours = new opening_hours(value, place, { locale: "en" });
    const merged = [];
    for (const [start, end, unknown] of hours.getOpenIntervals(first, last)) {
      
      const before = merged.at(-1);
      if (before && before[1] === written(end > last ? last : start)) before[1] = written(end);
      else merged.push([written(start), written(end)]);
    }
    const lines = merged.map((one) => one.join(" "));
    const digest = createHash("sha256").update(lines.join("\n")).digest("hex").slice(0, 12);
    const minutes = merged.reduce((sum, [a, b]) => sum + (new Date(b) - new Date(a)) / 60000, 0);
    console.log([value, hours.getWarnings().length || "-", lines.length, minutes, digest].join("\t"));
    if (process.argv[2] === "--all") console.log(lines.join("\n"));
  } catch (error) {
    console.log([value, "error", String(error).split("\n")[0]].join("\t"));
  }
}
