// Runs pieces of the book in the Python of the page, without a browser: node truth.mjs job.json
// Each piece has a namespace of its own, in which the code before it is run first. Prints what came of each, as JSON.
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const job = JSON.parse(readFileSync(process.argv[2], "utf8"));
const { loadPyodide } = await import(pathToFileURL(`${job.runtime}/pyodide.mjs`));
const env = { MPLBACKEND: "svg", HOME: "/home/pyodide", PYTHONHASHSEED: "0" };
const py = await loadPyodide({ indexURL: job.runtime, lockFileURL: job.lock, env });
const errorCallback = message => {
  throw new Error(message);
};
await py.loadPackage(["mle", "matplotlib"], { messageCallback() {}, errorCallback });
py.FS.mkdirTree("/home/pyodide/weave");
for (const [name, text] of Object.entries(job.files)) py.FS.writeFile(`/home/pyodide/${name}`, text);
const home = py.pyimport("mle").__file__.replace("__init__.py", "_data/");
for (const name of Object.keys(job.data)) py.FS.writeFile(home + name, readFileSync(job.data[name]));
const shell = py.pyimport("shell");

const run = ({ chapter, before, op, args }) => {
  const shown = [];
  const emit = (kind, text) => void shown.push([kind, text]);
  try {
    const ready = before.every(code => shell.run(emit, chapter, "set-up", code, true));
    const ok = ready && shell[op](emit, chapter, ...args);
    shell.reset(emit, chapter);
    return { ok, shown };
  } catch (error) {
    return { ok: null, shown: [...shown, ["dead", error.message]] }; // Python itself broke down
  }
};
console.log(JSON.stringify(job.pieces.map(run)));
