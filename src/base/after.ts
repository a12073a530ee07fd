// One piece of code over answers that are there at once and answers that come later.

/** `next` of the answer: at once when it is there, without the turns of the event loop that `await` takes. */
export function after<T, U>(answer: T | Promise<T>, next: (value: T) => U | Promise<U>): U | Promise<U> {
  return answer instanceof Promise ? answer.then(next) : next(answer);
}
