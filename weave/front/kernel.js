// Python in a worker: one for the whole visit, one piece of work at a time.
const SURE = 1500; // ms that Python has to listen to an interrupt

export let stops = 0; // how often Stop was pressed
let worker, ready, flag, job, line = Promise.resolve(), clock = 0;
let done = new Map(); // chapter -> step -> {code, at}: what this Python has run

export const isAlive = () => !!worker;
export const history = chapter => done.get(chapter) || done.set(chapter, new Map()).get(chapter);
export const ran = (chapter, step, code) => history(chapter).set(step, { code, at: ++clock });
export const forget = chapter => done.delete(chapter);

// A worker that starts from a blob obeys the page's policy: what runs in it cannot reach another host.
const start = folder => {
  const program = URL.createObjectURL(new Blob([`import ${JSON.stringify(folder + "worker.js")}`], { type: "text/javascript" }));
  worker = new Worker(program, { type: "module" });
  flag = self.crossOriginIsolated && new Uint8Array(new SharedArrayBuffer(1));
  ready = new Promise(resolve => {
    worker.onmessage = ({ data: [kind, text] }) => {
      if (kind == "ready") resolve();
      else if (kind == "dead") end(text);
      else if (kind == "done") job.finish(text);
      else job.on(kind, text);
    };
  });
  worker.onerror = () => end("Python could not be started: a part of it could not be fetched. Check the connection, then press Run again.");
};

const end = why => {
  worker.onmessage = worker.onerror = null;
  worker.terminate();
  worker = null;
  done = new Map();
  job?.on("error", why);
  job?.finish(false);
};

// Ask for one piece of work; `on(kind, text)` hears what it shows. Resolves to whether it went well.
export const ask = (folder, on, message) =>
  new Promise(resolve => {
    job = { on, finish: ok => (job = null, resolve(ok)) };
    if (!worker) {
      on("state", "Starting Python: 9 MB the first time");
      start(folder);
    }
    if (flag) flag[0] = 0;
    const asked = worker;
    ready.then(() => asked.postMessage({ flag, ...message }));
  });

// Wait for one's turn, then do `work`; null if Stop was pressed meanwhile.
export const inTurn = (waiting, work) => {
  const before = stops;
  if (job) waiting();
  return (line = line.then(() => (before == stops ? work() : null)));
};

// With shared memory Python is interrupted and keeps its state; without, or if it does not listen, it is started anew.
export const stop = () => {
  const stopped = job;
  stops++;
  if (!stopped) return;
  if (flag) flag[0] = 2;
  setTimeout(() => job == stopped && end("Stopped. Python starts anew and has forgotten everything: earlier cells must run again."), flag ? SURE : 0);
};
