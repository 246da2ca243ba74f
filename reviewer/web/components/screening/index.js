import { Screening } from "./screening.js";

const screenings = new WeakMap();

export default function mount({ data, parentElement, setTriggerValue }) {
  let screening = screenings.get(parentElement);
  if (!screening) {
    screening = new Screening(parentElement.querySelector(".screening"));
    screenings.set(parentElement, screening);
  }
  screening.update(data, setTriggerValue);
  return () => {
    screening.destroy();
    screenings.delete(parentElement);
  };
}
