/** Something the user can mend: its message is all that is printed. */
export class InputError extends Error {}
