export function timeFormat(specifier: string): (date: Date) => string;
export function utcFormat(specifier: string): (date: Date) => string;
export function timeParse(specifier: string): (text: string) => Date | null;
export function utcParse(specifier: string): (text: string) => Date | null;
