export function timeFormat(specifier: string): (date: Date) => string;
export function utcFormat(specifier: string): (date: Date) => string;
