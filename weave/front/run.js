// Running a cell: fetched when a reader first presses Run.
import { ask, history, inTurn } from "./kernel.js";

export { isAlive, stop } from "./kernel.js";

let clock = 0;

// Resolves to whether it went well; `turn.turned`: by the figure's control.
export const run = (cell, turn) => inTurn(turn, () => cell.say("Waiting for another cell"), () => work(cell, turn));

const work = async (cell, turn) => {
  const steps = await cell.page.program();
  if (turn.stopped) return;
  cell.fresh = true;
  cell.raised = "";
  if (!steps) return cell.fail("The chapter could not be fetched. Check the connection, then press Run again.");
  if (!(await runNeeds(cell, steps, turn))) return cell.say("An earlier cell failed");
  const ok = await runStep(cell, steps[cell.step], turn);
  if (!ok) cell.say(cell.exercise ? "Not yet" : "Failed");
  else if (cell.fresh) cell.clear();
  return ok;
};

// Run what a cell needs and this Python has not run yet, or not since something before it ran.
const runNeeds = async (cell, steps, turn) => {
  const { chapter, cells } = cell.page, past = history(chapter), { needs } = steps[cell.step];
  let count = 0;
  for (const id of needs) {
    const above = cells.get(id), then = past.get(id), code = above?.code ?? steps[id].code;
    if (then?.code == code && needs.every(need => need >= id || !(past.get(need)?.at > then.at))) continue;
    if (!(await runPiece(cell, id, "run", code, [above?.name || "set-up", code, true, steps[id].raises])) || turn.stopped) return;
    count++;
  }
  cell.told = count ? ` after ${count} above` : "";
  return true;
};

const runStep = async (cell, step, { turned }) => {
  const { code, name } = cell;
  cell.shown = code;
  cell.age();
  if (cell.exercise) {
    const ok = await askFor(cell, "check", code + "\n" + step.check, [name, code, step.check]);
    if (ok) cell.solved();
    return ok;
  }
  if (!step.play) return runPiece(cell, cell.step, "run", code, [name, code, false, step.raises]);
  const value = turned || !cell.isEdited ? cell.play?.value : null; // edited code keeps its own
  return runPiece(cell, cell.step, "play", code, [name, code, step.play.name, value, step.say]);
};

// What fails may have changed something: then nothing is known of the step.
const runPiece = async (cell, id, op, code, args) => {
  const { chapter } = cell.page;
  history(chapter).delete(id);
  const ok = await askFor(cell, op, code, args);
  if (ok) history(chapter).set(id, { code, at: ++clock });
  return ok;
};

const askFor = (cell, op, code, args) => {
  const { chapter, folder } = cell.page;
  return ask(folder, (kind, text) => cell.show(kind, text), { op, code, args: [chapter, ...args] });
};

// Forget what the chapter has run.
export const reset = cell => {
  const { chapter } = cell.page;
  inTurn({ box: cell.box }, () => {}, () => askFor(cell, "reset", "", []).then(() => history(chapter).clear()));
};
