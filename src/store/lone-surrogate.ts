/** Whether JSON text, as JSON.stringify writes it, holds an escaped lone surrogate: it escapes no other ones. */
export const findLoneSurrogate = (json: string): boolean => /(?<!\\)(?:\\\\)*\\ud[89a-f]/.test(json);
