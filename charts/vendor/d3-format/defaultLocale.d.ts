export function format(specifier: string): (value: number) => string;
