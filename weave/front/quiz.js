// Quizzes work without script: this tells a screen reader the reason, and everybody how the page went.
import { $, $$, el } from "./dom.js";

const PAUSE = 700; // ms: an answer that the arrow keys only pass is not an answer

export const quiz = () => {
  const questions = $$(".quiz fieldset"), last = $$("form.quiz").at(-1);
  if (!questions.length || $(".quiz-score")) return;
  const first = new Map(), heard = el("p", { className: "sn-hint", role: "status" }), score = el("p", { className: "quiz-score", role: "status" });
  let timer;
  last.append(heard, score);
  const isRight = input => !!input?.closest(".right");
  const judge = question => {
    const chosen = $(":checked", question);
    if (!first.has(question)) first.set(question, isRight(chosen));
    heard.textContent = (chosen.closest("p:has(+.why)") || chosen.parentElement).nextElementSibling.textContent;
    if (!questions.every(e => isRight($(":checked", e)))) return;
    const straight = questions.filter(e => first.get(e)).length, all = questions.length;
    score.textContent = straight == all ? "All right at the first try." : `All right now, ${straight} of ${all} at the first try.`;
  };
  for (const question of questions) question.addEventListener("change", () => {
    clearTimeout(timer);
    timer = setTimeout(judge, PAUSE, question);
  });
};
