import { Rubric } from "./rubric.js";

const rubrics = new WeakMap();

export default function mount({ data, parentElement, setTriggerValue }) {
  let rubric = rubrics.get(parentElement);
  if (!rubric) {
    rubric = new Rubric(parentElement.querySelector(".rubric"));
    rubrics.set(parentElement, rubric);
  }
  rubric.update(data, setTriggerValue);
  return () => {
    rubric.destroy();
    rubrics.delete(parentElement);
  };
}
