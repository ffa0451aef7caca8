export default function tickFormat(start: number, stop: number, count: number, specifier?: string): (value: number) => string;
