// Quizzes work without script: this tells a screen reader the reason, and everybody how the page went.
import { $, $$, el } from "./dom.js";

const PAUSE = 700; // ms: an answer that the arrow keys only pass is not an answer

export const quiz = () => {
  const questions = $$(".quiz fieldset"), last = $$("form.quiz").at(-1);
  if (!questions.length || $(".quiz-score")) return;
  const [heard, score] = ["sn-hint", "quiz-score"].map(className => el("p", { className, role: "status" })), first = new Map();
  const isRight = question => !!$(".right :checked", question);
  const judge = question => {
    if (!first.has(question)) first.set(question, isRight(question));
    heard.textContent = $(":is(label, p):has(:checked) + .why", question).textContent;
    if (!questions.every(e => first.has(e) && isRight(e))) return;
    score.textContent = `All right, ${questions.filter(e => first.get(e)).length} of ${questions.length} at the first try.`;
  };
  for (const question of questions) {
    let timer;
    question.onchange = () => {
      clearTimeout(timer);
      timer = setTimeout(judge, PAUSE, question);
    };
    addEventListener("pageshow", () => $(":checked", question) && judge(question)); // an answer that the browser has kept
  }
  last.append(heard, score);
};
