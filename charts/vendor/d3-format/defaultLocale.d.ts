export function format(specifier: string): (value: number) => string;
export function formatPrefix(specifier: string, value: number): (value: number) => string;
