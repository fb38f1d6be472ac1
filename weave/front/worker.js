// Python, off the main thread. In: {op, code, args, flag}; out: [kind, text], at last ["done", whether it went well].
const here = import.meta.url;
const FOLDER = `../pyodide-${PYODIDE}/`;
const PLOT = /\bmle\.plot\b|\bfrom\s+mle\s+import\b[^#\n]*\bplot\b/; // it imports matplotlib when it is called

const ADVICE = "Check the connection, then press Run again.";

const emit = (kind, text) => self.postMessage([kind, text]);
const fetched = async name => {
  const answer = await fetch(new URL(name, here));
  if (!answer.ok) throw new Error(`${name}: status ${answer.status}`);
  return answer;
};
// Where a part of Python's own is missing or cut short, Pyodide does not reject: it never ends.
const mishap = new Promise((_, reject) => {
  self.onunhandledrejection = event => reject(event.reason);
  self.onerror = reject;
  const { instantiateStreaming } = WebAssembly;
  WebAssembly.instantiateStreaming = (...given) => {
    const made = instantiateStreaming(...given);
    made.catch(reject);
    return made;
  };
});
mishap.catch(() => {});
let py, shell, lock, PythonError;

const boot = async () => {
  const runtime = new URL(FOLDER, here).href, lockFileURL = new URL("pyodide-lock.json", here).href;
  const { loadPyodide } = await import(runtime + "pyodide.mjs");
  const env = { MPLBACKEND: "svg", HOME: "/home/pyodide", PYTHONHASHSEED: "0" };
  const parts = ["shell.py", "parameter.py"].map(async name => (await fetched(name)).text());
  lock = (await (await fetched("pyodide-lock.json")).json()).packages;
  py = await Promise.race([loadPyodide({ indexURL: runtime, lockFileURL, env }), mishap]);
  ({ PythonError } = py.ffi); // now: a Python that has broken down refuses to be asked for it
  const [program, parameter] = await Promise.all(parts);
  py.FS.mkdirTree("/home/pyodide/weave");
  py.FS.writeFile("/home/pyodide/weave/parameter.py", parameter);
  py.FS.writeFile("/home/pyodide/shell.py", program);
  await load(["mle"]);
  layData();
  shell = py.pyimport("shell");
};

// Each data set is an empty file of the right size that is fetched whole when Python first opens it. Emscripten's createLazyFile asks
// the server for the size, which is wrong where it packs with anything but gzip, and a file that is missing would break Python down.
const layData = () => {
  const { FS, ERRNO_CODES } = py, folder = py.pyimport("mle").__file__.replace("__init__.py", "_data/");
  for (const { file, bytes } of JSON.parse(FS.readFile(folder + "index.json", { encoding: "utf8" })).datasets) {
    const node = FS.createFile(folder, file, {}, true, false), plain = node.stream_ops;
    node.usedBytes = bytes;
    const open = () => {
      if (node.stream_ops == plain) return;
      emit("state", `Loading ${file}`);
      try {
        node.contents = fetchedNow(`data/${file.replace(/\.gz$/, ".bin")}`);
      } catch (error) {
        emit("note", `${file} could not be fetched. ${error.message}. ${ADVICE}`);
        throw new FS.ErrnoError(ERRNO_CODES.EIO);
      }
      node.usedBytes = node.contents.length;
      if (node.usedBytes == bytes) node.stream_ops = plain; // else it is fetched again
      emit("state", "Running");
    };
    node.stream_ops = { ...plain, open };
  }
};
// Python waits: it has opened a file.
const fetchedNow = name => {
  const request = new XMLHttpRequest();
  request.open("GET", new URL(name, here), false);
  request.responseType = "arraybuffer";
  try {
    request.send();
  } catch {} // its status is 0
  if (request.status != 200) throw new Error(`${name}: status ${request.status}`);
  return new Uint8Array(request.response);
};

// Packages with all that they depend on. Pyodide does not complain of one that was refused, so look.
const closure = names => [...new Set(names.flatMap(name => [name, ...closure(lock[name].depends)]))];
const load = async names => {
  const wanted = closure(names).filter(name => !(lock[name].name in py.loadedPackages));
  if (!wanted.length) return;
  if (wanted.includes("matplotlib")) emit("state", "Loading matplotlib: 8 MB the first time");
  const quiet = { messageCallback() {}, errorCallback() {} };
  await py.loadPackage(wanted, quiet);
  const lost = wanted.filter(name => !(lock[name].name in py.loadedPackages));
  if (lost.length) throw new Error(`${lost.join(", ")}: not to be had, or not the bytes that the book was built with`);
};
const needed = code => {
  const imports = py.pyimport("pyodide.code").find_imports(code).toJs();
  const found = Object.keys(lock).filter(name => lock[name].imports.some(module => imports.includes(module)));
  return PLOT.test(code) ? [...found, "matplotlib"] : found;
};

const handle = async ({ op, code, args, flag }) => {
  try {
    if (!shell) await boot();
    if (flag) py.setInterruptBuffer(flag);
  } catch (error) {
    return emit("dead", `Python could not be started. ${error.message}. ${ADVICE}`);
  }
  try {
    await load(needed(code));
  } catch (error) {
    emit("error", `${error.message}. ${ADVICE}`);
    return emit("done", false);
  }
  emit("state", "Running");
  try {
    emit("done", shell[op](emit, ...args));
  } catch (error) {
    if (error instanceof PythonError) return emit("done", false); // an interrupt that came late
    emit("dead", `Python broke down (${error.message.trim().split("\n").at(-1)}). Press Run to start it anew.`);
  }
};
self.onmessage = ({ data }) => handle(data);
emit("ready");
