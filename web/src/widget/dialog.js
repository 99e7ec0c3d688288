/**
 * Open a dialog of the page, and put the focus back when it closes.
 *
 * @param {HTMLDialogElement} dialog
 * @returns {Promise<void>} settled when it is closed
 */
export function openDialog(dialog) {
  const focused = /** @type {HTMLElement | null} */ (document.activeElement);
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener(
      "close",
      () => {
        focused?.focus();
        resolve();
      },
      { once: true },
    );
  });
}

/**
 * A dialog that asks before something is done. It stays open while that goes on, and says so when it fails.
 *
 * @param {HTMLDialogElement} dialog holds `.confirm`, `.cancel` and `.problem`
 * @param {() => Promise<string>} act returns what went wrong, or ""
 */
export function makeQuestion(dialog, act) {
  /** @param {string} name */
  const part = (name) => /** @type {HTMLButtonElement} */ (dialog.querySelector(name));
  const [confirm, cancel, problem] = [part(".confirm"), part(".cancel"), part(".problem")];

  confirm.addEventListener("click", async () => {
    confirm.disabled = true;
    problem.textContent = "";
    const wrong = await act();
    confirm.disabled = false;
    problem.textContent = wrong;
    if (wrong) confirm.focus();
    else dialog.close("done");
  });
  cancel.addEventListener("click", () => dialog.close());

  return {
    /** @returns {Promise<boolean>} whether it was done */
    async ask() {
      problem.textContent = "";
      dialog.returnValue = "";
      const closed = openDialog(dialog);
      // The harmless choice has the focus.
      cancel.focus();
      await closed;
      return dialog.returnValue === "done";
    },
  };
}
