// The editor: fetched when a reader first presses Edit.
import { createEditor } from "prism-code-editor";
import { defaultCommands, editHistory } from "prism-code-editor/commands";
import "prism-code-editor/languages/python";
import layout from "prism-code-editor/layout.css";
import { matchBrackets } from "prism-code-editor/match-brackets";
import "prism-code-editor/prism/languages/python";

const NARROW = 720; // px: long lines go on in the next one

document.head.append(Object.assign(document.createElement("style"), { textContent: layout }));

// Put an editor behind the listing `pre`; `on` has what to do at a change, at Shift+Enter and at Escape.
export const edit = (pre, value, label, on) => {
  const host = document.createElement("div");
  host.className = "live-editor";
  pre.after(host);
  const options = { language: "python", tabSize: 4, value, lineNumbers: false, wordWrap: innerWidth < NARROW, onUpdate: on.change };
  const editor = createEditor(host, options, defaultCommands(), editHistory(), matchBrackets());
  editor.textarea.setAttribute("aria-label", label);
  const press = event => {
    if (event.key == "Enter" && (event.shiftKey || event.ctrlKey || event.metaKey)) on.run();
    else if (event.key == "Escape") on.leave();
    else return;
    event.preventDefault();
    event.stopImmediatePropagation();
  };
  editor.textarea.addEventListener("keydown", press, true);
  return editor;
};
