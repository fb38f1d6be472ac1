// Python in a worker: one for the whole visit, one piece of work at a time.
const SURE = 1500; // ms that Python has to listen to an interrupt

let worker, ready, flag, job, current, line = Promise.resolve();
let done = new Map(); // chapter -> step -> {code, at}: what this Python has run

export const isAlive = () => !!worker;
export const history = chapter => done.get(chapter) || done.set(chapter, new Map()).get(chapter);

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
  worker.onerror = () => end("A part of Python could not be fetched. Check the connection, then press Run again.");
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

// Wait for one's turn, then do `work`; what goes wrong in it is the caller's alone. Nothing comes of a turn that is stopped.
export const inTurn = (turn, waiting, work) => {
  if (current) waiting();
  const mine = line.then(async () => {
    if (turn.stopped) return;
    current = turn;
    return work();
  });
  line = mine.catch(() => {}).then(() => (current = null));
  return Promise.race([mine, new Promise(leave => (turn.leave = leave))]);
};

// With shared memory Python is interrupted and keeps its state; without, or if it does not listen, it is started anew.
// A turn that waits only leaves the line, unless Python is busy with a cell of a page that was left.
export const stop = turn => {
  const stopped = job;
  if (!job || (turn != current && current.box.isConnected)) return turn.leave?.();
  if (flag) flag[0] = 2;
  setTimeout(() => job == stopped && end("Stopped. The next Run starts Python again."), flag ? SURE : 0);
};
